/// The colours of figures and page, by the names under which style sheets know them.
///
/// Series are those of Okabe and Ito, which people with any common colour blindness tell apart ("Color universal design", 2008);
/// places run from orange through grey to blue, which they tell apart as well. The dark ones are the same hues, lighter.
enum Palette {
  /// A colour: its name, its value on white, and on a dark page.
  typealias Colour = (name: String, light: String, dark: String)

  static let all: [Colour] = [
    ("page", "#ffffff", "#14171b"), ("card", "#f6f7f8", "#1c2026"), ("edge", "#d9dde1", "#363c45"),
    ("ink", "#1b1f24", "#e8eaed"), ("soft", "#565d66", "#aab1ba"), ("line", "#8a919a", "#7d8590"),
    ("grid", "#e8eaed", "#2a2f37"), ("none", "#9aa1a9", "#79818b"), ("mark", "#0b5c94", "#7cc0f2"),
    ("hit", "#b5005a", "#ff7ab8"),
    ("c0", "#0072b2", "#56b4e9"), ("c1", "#d55e00", "#ff8f4a"), ("c2", "#009e73", "#3ccba2"),
    ("c3", "#b0528a", "#e79bc8"), ("c4", "#b97d00", "#f0b942"), ("c5", "#3792c4", "#9ad4f7"),
    ("c6", "#5b6470", "#b4bcc6"), ("c7", "#7a4b1e", "#d9a679"),
    ("q0", "#b0440a", "#ff9455"), ("q1", "#d4763c", "#eea06c"), ("q2", "#dba77d", "#cfa88b"),
    ("q3", "#a3a9b0", "#969ea8"), ("q4", "#86b4d3", "#8fb9d6"), ("q5", "#4490c4", "#66aee2"),
    ("q6", "#0b62a4", "#4aa3f0"),
  ]

  /// The number of series that have a colour of their own.
  static let series = 8

  /// The class of a position, from away (0) to the Assistant (6): the mean role, 0, and the default, 1, are the ends' middles.
  static func placeClass(_ position: Double) -> Int {
    guard position.isFinite else { return 3 }
    return min(6, max(0, Int((3 + position * 3).rounded())))
  }

  /// Declarations of all colours, light or dark.
  static func declarations(dark: Bool) -> String {
    all.map { "--\($0.name):\(dark ? $0.dark : $0.light);" }.joined()
  }

  /// `sheet` with the light colours themselves in the places of their names: for a file that programs read which know no `var()`.
  static func resolved(_ sheet: String) -> String {
    var result = ""
    var rest = sheet[...]
    while let start = rest.range(of: "var(--") {
      result += rest[..<start.lowerBound]
      let name = rest[start.upperBound...].prefix { $0 != ")" }
      result += all.first { $0.name == name }?.light ?? "#000000"
      rest = rest[name.endIndex...].dropFirst()
    }
    return result + rest
  }
}

extension Substring {
  /// Where `text` first stands in it.
  fileprivate func range(of text: String) -> Range<Substring.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
