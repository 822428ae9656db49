internal import Files

/// The texts of an array of `<U7` (four bytes a character) or `|S7` (bytes of UTF-8), each filled up with zeros.
struct NumPyTexts {
  let values: [String]

  /// Names of roles, not the texts of responses.
  private static let mostBytes = 1 << 24

  /// Those of `member`, whose header says `fields`; nil if it is no list of texts.
  ///
  /// - Throws: `NumPyFault` if they are too many or too long, or their bytes are no text; what reading the archive throws.
  init?(_ fields: NumPyHeader.Fields, of member: ZipMember, in archive: ZipArchive) throws {
    let (order, kind) = (fields.type.first, fields.type.dropFirst().first)
    guard let order, "<>|=".contains(order), kind == "U" || kind == "S", let length = Int(fields.type.dropFirst(2)),
      length >= 0, fields.shape.count == 1
    else { return nil }
    let width = try checked(length.multipliedReportingOverflow(by: kind == "U" ? 4 : 1))
    let wanted = try checked(width.multipliedReportingOverflow(by: fields.shape[0]))
    let found = member.uncompressedSize - fields.dataOffset
    guard found == wanted else { throw NumPyFault.dataLength(found: found, wanted: wanted) }
    guard wanted <= Self.mostBytes, fields.shape[0] <= FileContent.metadataLimit else {
      throw NumPyFault.texts(fields.type, count: fields.shape[0])
    }
    let bytes = try archive.contents(of: member, from: fields.dataOffset)
    values = try (0..<fields.shape[0]).map { place in
      let own = bytes[place * width..<(place + 1) * width]
      guard let text = kind == "U" ? Self.wide(own, isBigEndian: order == ">") : Self.narrow(own) else {
        throw NumPyFault.texts(fields.type, count: fields.shape[0])
      }
      return text
    }
  }

  private static func wide(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String? {
    var text = String.UnicodeScalarView()
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
      let four = bytes[start..<start + 4]
      let value = (isBigEndian ? Array(four) : four.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if value == 0 { break }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  private static func narrow(_ bytes: ArraySlice<UInt8>) -> String? {
    String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
