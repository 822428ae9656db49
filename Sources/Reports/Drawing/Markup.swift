/// A piece of HTML or SVG. Text gets into one through `text(_:)` or as an attribute alone, both of which escape it, so that nothing
/// from a file is ever taken for markup.
package struct Markup: Sendable, Equatable {
  /// The markup as it is written.
  package private(set) var written: String

  private init(written: String) { self.written = written }

  /// Nothing.
  package init() { written = "" }

  /// Several pieces, one behind the other.
  package init(_ pieces: [Markup]) {
    written = ""
    for piece in pieces { written += piece.written }
  }

  /// `text`, escaped. Control characters, which neither XML nor a page may hold, become U+FFFD.
  package static func text(_ text: String) -> Markup { Markup(written: escaped(text)) }

  /// What is markup already: a style sheet or a script that belongs to this module.
  static func verbatim(_ text: String) -> Markup { Markup(written: text) }

  /// The element `name` with `attributes`, of which those that are nil are left out, around `content`.
  package static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ content: Markup? = nil
  ) -> Markup {
    var written = "<" + name
    for (key, value) in attributes {
      if let value { written += " \(key)=\"\(escaped(value))\"" }
    }
    if let content {
      written += ">" + content.written + "</\(name)>"
    } else {
      // HTML knows the elements that have no end tag; of others in a page `/>` closes those of SVG alone.
      written += "/>"
    }
    return Markup(written: written)
  }

  /// The element `name` around `text`.
  package static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) -> Markup {
    element(name, attributes, .text(text))
  }

  /// The element `name` around `pieces`.
  package static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ pieces: [Markup]
  ) -> Markup {
    element(name, attributes, Markup(pieces))
  }

  /// Puts `other` behind.
  package mutating func append(_ other: Markup) { written += other.written }

  /// The two, one behind the other.
  package static func + (first: Markup, second: Markup) -> Markup { Markup(written: first.written + second.written) }

  /// `text` as it stands between tags or between double quotes.
  package static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isSpecial) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      // C0, DEL, C1, and the two non-characters that XML does not allow. Marks of direction would show a name in another order.
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    // What is beyond ASCII may be a control character.
    case 0..<0x20, 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x7F...: true
    default: false
    }
  }
}

/// `text` as a string of JSON that may stand within a `<script>`: neither a tag nor a comment can begin in it.
package func scriptString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "<", ">", "&", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
