/// How wide text is in the sans-serif of the figures. Widths are those of Helvetica, in thousandths of the size; what is not Latin
/// counts as a full square, so that a label is rather thought too wide than too narrow.
enum TextMetrics {
  private static let narrow = Set("ijl.,:;'|!fIt()[]/\\ -".unicodeScalars)
  private static let wide = Set("mwMW@%—".unicodeScalars)

  /// The width of `text` at `size` pixels.
  static func width(_ text: String, size: Double) -> Double {
    var thousandths = 0
    for scalar in text.unicodeScalars {
      thousandths +=
        narrow.contains(scalar)
        ? 310
        : wide.contains(scalar)
          ? 880
          : scalar.value >= 0x250 && !(0x2000...0x22FF).contains(scalar.value)
            ? 1000 : scalar.properties.isUppercase ? 700 : 556
    }
    return Double(thousandths) * size / 1000
  }

  /// `text` without line breaks, cut in its middle so that it is at most `width` pixels wide.
  static func fitted(_ text: String, width: Double, size: Double) -> String {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    guard self.width(line, size: size) > width else { return line }
    // A name may have thousands of characters: no more than these can fit.
    var characters = Array(line.count > 400 ? line.prefix(200) + line.suffix(200) : line[...])
    while characters.count > 2 {
      characters.remove(at: characters.count / 2)
      var cut = characters
      cut.insert("…", at: cut.count / 2)
      if self.width(String(cut), size: size) <= width { return String(cut) }
    }
    return "…"
  }
}
