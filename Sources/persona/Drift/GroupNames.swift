internal import Analyses

/// The name of a group: its domain, and its persona and condition where it has them.
func groupName(_ group: DriftResult.Group) -> String {
  groupName(domain: group.domain, persona: group.persona, condition: group.condition)
}

/// The name of what is of `domain` (nil for all), `persona` and `condition`.
func groupName(domain: String?, persona: String, condition: String) -> String {
  // A domain that is called as all of them are, or as none, stands in quotes.
  let taken = ["(none)", DriftResult.Group.everyDomain]
  let domain =
    domain.map { $0.isEmpty ? taken[0] : taken.contains($0) ? "'\($0)'" : shown($0) } ?? DriftResult.Group.everyDomain
  return ([domain] + [persona, condition].filter { !$0.isEmpty }.map { shown($0) }).joined(separator: ", ")
}

/// What a column of the names of `groups` is called.
func groupNameHead(_ groups: [DriftResult.Group]) -> String {
  let hasPersonas = groups.contains { !$0.persona.isEmpty }
  let hasConditions = groups.contains { !$0.condition.isEmpty }
  return (["domain"] + (hasPersonas ? ["persona"] : []) + (hasConditions ? ["condition"] : [])).joined(separator: ", ")
}

/// A table with a row for each of `groups`, its name first; names are cut where it would be wider than `reportWidth`.
func namedTable(
  _ groups: [DriftResult.Group], _ head: String, _ heads: [String], _ cells: (DriftResult.Group) -> [String]
) -> String {
  func text(width: Int) -> String {
    var table = TextTable([shown(head, width: width)] + heads)
    for group in groups { table.append([shown(groupName(group), width: width)] + cells(group)) }
    return table.text()
  }
  var width = 60
  while width > 12, text(width: width).split(separator: "\n").contains(where: { $0.count > reportWidth }) { width -= 4 }
  return text(width: width)
}
