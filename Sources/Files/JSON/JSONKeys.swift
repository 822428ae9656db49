/// How the keys of JSON are written.
public enum JSONKeys: Sendable {
  /// As properties are named.
  case ofProperties
  /// As the columns of tables are: cosAxisPC1Low is cos_axis_pc1_low.
  case ofColumns

  /// The name of a column for the property `name`.
  package static func column(_ name: String) -> String {
    let letters = Array(name)
    var column = ""
    for (index, letter) in letters.enumerated() {
      let next = index + 1 < letters.count ? letters[index + 1] : nil
      if index > 0 {
        let before = letters[index - 1]
        let opensWord = letter.isUppercase && (!before.isUppercase || next?.isLowercase == true)
        // One digit is part of a name (pc1), more are a number (null_95).
        let opensNumber = letter.isNumber && before.isLetter && next?.isNumber == true
        if opensWord || opensNumber { column += "_" }
      }
      column += letter.lowercased()
    }
    return column
  }
  /// The key at the end of `path`, as a column; a place in a list stays a number.
  static func column(_ path: [any CodingKey]) -> any CodingKey {
    guard let last = path.last, last.intValue == nil else { return path.last ?? ColumnKey("") }
    return ColumnKey(column(last.stringValue))
  }
}

/// A key that was renamed.
private struct ColumnKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
