internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `plan` prints, in some 25 lines; `plan.csv` has the rest.
struct PlanReport {
  let text: String

  /// The goals of one thing side by side.
  private typealias Entry = [PlanResult.Row]

  private static let most = (groups: 6, differences: 4)

  init(_ result: PlanResult, pilot: String, isWritten: Bool) {
    let entries = Self.entries(result.rows)
    func own(_ subjects: [PlanResult.Subject]) -> [Entry] { entries.filter { subjects.contains($0[0].subject) } }
    let title =
      "Plan by \(shown(pilot)) at layer \(result.layer)\(result.isMiddle ? " (the middle one)" : ""): what it takes by the "
      + "variance found, and in brackets by either end of its interval"
    var lines = [wrapped(title, indent: 0)]
    var hidden = 0
    func add(_ heading: String, _ list: [Entry], most: Int) {
      if list.isEmpty { return }
      lines += ["", wrapped(heading, indent: 0), Self.table(Array(list.prefix(most)), result.goals)]
      hidden += max(0, list.count - most)
    }
    let changes = own([.change])
    let planned = changes.filter { $0[0].deviation != nil }
    add(
      "Conversations, by their change from the first to the last turn (n in the pilot, s regenerations of each)",
      planned,
      most: Self.most.groups)
    lines += Self.remarks(changes.filter { $0[0].deviation == nil })
    add("Conversations on either side of a difference", own([.difference]), most: Self.most.differences)
    let roles = own([.role]).sorted { ($0[0].deviation?.value ?? 0) > ($1[0].deviation?.value ?? 0) }
    let full = roles.filter { $0[0].samples == roles.map { $0[0].samples ?? 1 }.max() }
    add(
      "Questions, by the answers' positions less the default's to the same question (n in the pilot, s answers to each)",
      own([.roles, .typicalRole]) + full.prefix(1), most: 6)
    hidden += max(0, roles.count - full.prefix(1).count)
    for entry in own([.cosine]) { lines += ["", wrapped(Self.cosine(entry[0]), indent: 0)] }
    lines += [""] + Self.legend(result).map { wrapped($0, indent: 2) }
    lines += result.notes.map { wrapped($0, indent: 2) }
    if hidden > 0 { lines.append("  (\(hidden) more rows are in plan.csv\(isWritten ? "" : ", which -o OUT writes"))") }
    text = lines.joined(separator: "\n")
  }

  private static func entries(_ rows: [PlanResult.Row]) -> [Entry] {
    var entries: [Entry] = []
    for row in rows {
      if let last = entries.last?[0], last.subject == row.subject, last.name == row.name, last.other == row.other,
        last.samples == row.samples
      {
        entries[entries.count - 1].append(row)
      } else {
        entries.append([row])
      }
    }
    return entries
  }

  private static func table(_ entries: [Entry], _ goals: [PlanGoal]) -> String {
    var table = TextTable(["", "n", "s", "sd of one", "between", "within"] + goals.map(head))
    for entry in entries {
      let row = entry[0]
      let cells = goals.map { goal in entry.first { $0.goal == goal }.map(number) ?? "" }
      table.append(
        [
          name(row), "\(row.pilot)", row.samples.map(String.init) ?? "–",
          "\(fixed(row.deviation?.value, 2)) (\(range(row.deviation?.interval, 2)))", fixed(row.between?.value, 2),
          fixed(row.within?.value, 2),
        ] + cells)
    }
    return table.text()
  }

  private static func head(_ goal: PlanGoal) -> String {
    switch goal {
    case .power(let effect, let power): "to see \(fixed(effect, 2)) (\(fixed(100 * power, 0)) %)"
    case .interval(let halfWidth): "for ± \(fixed(halfWidth, 2))"
    }
  }

  private static func number(_ row: PlanResult.Row) -> String {
    guard let number = row.number else { return row.note }
    let ends = [number.low, number.high].map { $0.map(String.init) ?? "more" }
    return "\(number.needed) (\(ends[0]) to \(ends[1]))"
  }

  private static func name(_ row: PlanResult.Row) -> String {
    func group(_ name: PlanResult.Name) -> String {
      groupName(domain: name.domain, persona: name.persona, condition: name.condition)
    }
    switch row.subject {
    case .change: return shown(group(row.name), width: 30)
    case .difference:
      guard let other = row.other else { return "" }
      let isSame = row.name.domain == other.domain
      let sides =
        isSame
        ? "\(group(row.name)) or \(shown(other.condition.isEmpty ? "none" : other.condition, width: 16))"
        : "\(group(row.name)) or \(group(other))"
      return shown(sides, width: 30) + (row.isPaired ? " (paired)" : "")
    case .roles: return "two roles apart"
    case .typicalRole: return "a role, on average"
    case .role: return "\(shown(row.name.persona, width: 20)), the widest"
    case .cosine: return ""
    }
  }

  private static func cosine(_ row: PlanResult.Row) -> String {
    let half = fixed(row.goal.wanted, 2)
    guard row.number != nil else { return "Roles for cos(axis, PC1) ± \(half): not known; \(row.note)" }
    return "Roles for cos(axis, PC1) ± \(half): \(number(row)), \(row.note)"
  }

  /// Groups that cannot be planned by, and why.
  private static func remarks(_ entries: [Entry]) -> [String] {
    let notes = Dictionary(grouping: entries) { $0[0].note }.sorted { $0.key < $1.key }
    return notes.map { note, own in
      let names = own.prefix(6).map { name($0[0]) }.joined(separator: "; ")
      return wrapped("\(names)\(own.count > 6 ? " and \(own.count - 6) more" : ""): \(note)", indent: 2)
    }
  }

  private static func legend(_ result: PlanResult) -> [String] {
    var lines = [
      "sd: of the number that one unit gives, in axis position, with its interval; between, within: its parts between units, and between "
        + "measurements of one. A study of conversations as long as the pilot's, and of its prompts, is meant"
    ]
    if result.rows.contains(where: { ($0.number?.needed ?? 0) == Interval.leastClusters }) {
      lines.append("\(Interval.leastClusters) is the least that any interval is made of")
    }
    return lines
  }
}
