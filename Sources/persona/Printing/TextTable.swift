/// A table for people: columns aligned, numbers to the right.
struct TextTable {
  private let header: [String]
  private var rows: [[String]] = []
  private var warnings: Set<Int> = []

  init(_ header: [String]) { self.header = header }

  /// Adds a row; one with `isWarning` stands out on a terminal.
  mutating func append(_ row: [String], isWarning: Bool = false) {
    precondition(row.count == header.count, "\(row.count) cells in a table of \(header.count) columns")
    if isWarning { warnings.insert(rows.count) }
    rows.append(row)
  }

  /// The table, each line after `indent`, with the emphasis of a terminal if `isStyled`.
  func text(indent: String = "  ", isStyled: Bool = false) -> String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    // A column is of numbers if every cell is one, or stands for a missing one.
    let isNumeric = header.indices.map { column in
      rows.allSatisfy { row in
        let cell = row[column]
        return cell == "–" || cell.isEmpty || Double(cell.filter { !" %×".contains($0) }) != nil
      }
    }
    return all.enumerated().map { number, row in
      var line = indent
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += isNumeric[column] ? padding + cell : cell + padding
        if column + 1 < row.count { line += "  " }
      }
      while line.hasSuffix(" ") { line.removeLast() }
      guard isStyled else { return line }
      return number == 0 ? Style.bold(line) : warnings.contains(number - 1) ? Style.red(line) : line
    }.joined(separator: "\n")
  }
}

/// The emphasis of a terminal (ECMA-48, select graphic rendition).
enum Style {
  static func bold(_ text: String) -> String { "\u{1B}[1m\(text)\u{1B}[0m" }
  static func red(_ text: String) -> String { "\u{1B}[31m\(text)\u{1B}[0m" }
}

/// `value` with `decimals` decimals; a dash if it is nil or not finite.
func fixed(_ value: Double?, _ decimals: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return value.description }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "-" : ""
  return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
}

/// A number of bytes in words: 1.6 GB.
func byteSize(_ bytes: Int) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB"]
  var (value, unit) = (Double(bytes), 0)
  while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
  return "\(fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
}

/// A span of time in words: 42 s, 7 min, 2 h 5 min.
func duration(_ seconds: Double) -> String {
  guard seconds >= 90, seconds.isFinite else { return "\(fixed(seconds, 0)) s" }
  let minutes = Int((seconds / 60).rounded())
  return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
}

/// `count` things of the name `noun`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `share` (0…1) in per cent.
func percent(_ share: Double?) -> String {
  guard let share, share.isFinite else { return "–" }
  return fixed(100 * share, 1) + " %"
}

/// `share` (0…1) in per cent, without decimals.
func wholePercent(_ share: Double?) -> String {
  guard let share, share.isFinite else { return "–" }
  return fixed(100 * share, 0) + " %"
}

/// A probability with three decimals, or that it is below the least of them.
func probability(_ value: Double) -> String { value < 0.0005 ? "< 0.001" : fixed(value, 3) }

/// `text`, cut in its middle to at most `width` characters, without control characters.
func shown(_ text: String, width: Int = 40) -> String {
  let plain = onOneLine(text)
  guard plain.count > width else { return plain }
  return plain.prefix(width / 2 - 1) + "…" + plain.suffix(width - width / 2)
}

/// The columns that reports keep to.
let reportWidth = 100

/// `text` in lines of at most `reportWidth` columns, broken at spaces; the first begins after `indent` spaces, the others after two
/// more.
func wrapped(_ text: String, indent: Int) -> String {
  var (lines, line) = ([String](), String(repeating: " ", count: indent))
  var isEmpty = true
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
    if !isEmpty, line.count + 1 + word.count > reportWidth {
      lines.append(line)
      (line, isEmpty) = (String(repeating: " ", count: indent + 2), true)
    }
    line += isEmpty ? String(word) : " " + word
    isEmpty = false
  }
  return (lines + [line]).joined(separator: "\n")
}

/// `text` with the lines of prose wrapped at `reportWidth`. Rows of tables, which have two blanks between cells, and lines with a command to
/// type stay as they are.
func narrowed(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    let words = line.drop { $0 == " " }
    guard line.count > reportWidth, !words.contains("  "), !words.contains(": persona ") else { return String(line) }
    return wrapped(String(words), indent: line.count - words.count)
  }.joined(separator: "\n")
}

/// `text` with `?` for control characters, line breaks and marks of direction, with which a name from a file could forge
/// lines, steer the terminal or show itself in another order.
func onOneLine(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: "?"
    default: String(scalar)
    }
  }.joined()
}
