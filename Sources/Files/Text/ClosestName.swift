/// The one of `names` that is nearest to `name`, if it is near: by letters left out, added, replaced or swapped; the first of several.
///
/// - Returns: nil if none takes fewer changes than a third of the letters, rounded up.
public func closestName(to name: String, among names: [String]) -> String? {
  let wanted = Array(name.lowercased())
  let most = (wanted.count + 2) / 3
  guard !wanted.isEmpty, wanted.count < 64 else { return nil }
  let near = names.filter { abs($0.count - wanted.count) <= most }
    .map { (name: $0, changes: changes(wanted, Array($0.lowercased()))) }
  return near.filter { $0.changes <= most }.min { $0.changes < $1.changes }?.name
}

/// A question whether the first of `strangers` that is near to one of `names` is meant to be that, for the end of a message; empty if none is.
package func misspelling(among strangers: [String], of names: [String]) -> String {
  for stranger in strangers {
    if let meant = closestName(to: stranger, among: names) { return "; is '\(stranger)' meant to be '\(meant)'?" }
  }
  return ""
}

/// The letters to be left out, added, replaced, or swapped with the next, to make `b` of `a` (Damerau 1964; each letter once).
private func changes(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
