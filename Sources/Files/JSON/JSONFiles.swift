internal import FoundationEssentials

/// The value in the JSON file at `path`.
///
/// - Throws: `FileError` if it cannot be read, is no such value, or has an object with two members of one name.
package func decodeJSON<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value {
  let bytes = try readFile(path)
  let value: Value
  do {
    value = try JSONDecoder().decode(type, from: Data(bytes))
  } catch let error as DecodingError {
    if case .dataCorrupted = error, let problem = JSONGrammar.problem(in: bytes) {
      throw FileError(path: path, place: problem.place, fault: problem.fault)
    }
    throw FileError(path: path, fault: JSONContentFault(error))
  }
  if let problem = JSONGrammar.problem(in: bytes), case .duplicateKey = problem.fault {
    throw FileError(path: path, place: problem.place, fault: problem.fault)
  }
  return value
}

/// The values in the file of JSON lines at `path`; empty lines count for nothing.
///
/// - Throws: `FileError` that names the line if it cannot be read or a line is no such value.
package func decodeJSONLines<Value: Decodable>(_ type: Value.Type, at path: String) throws -> [Value] {
  let decoder = JSONDecoder()
  return try readFile(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    .compactMap { number, line in
      guard line.contains(where: { $0 > UInt8(ascii: " ") }) else { return nil }
      do {
        return try decoder.decode(type, from: Data(line))
      } catch let error as DecodingError {
        throw FileError(path: path, place: "line \(number + 1)", fault: JSONContentFault(error))
      }
    }
}

/// Why a JSON file does not hold what is wanted.
package struct JSONContentFault: FileFault {
  package let explanation: String

  package init(_ error: DecodingError) {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : " at " + path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    explanation =
      switch error {
      case .keyNotFound(let key, let context): "there is no \"\(key.stringValue)\"\(place(context.codingPath))"
      case .typeMismatch(let type, let context): "\(Self.words(type)) is wanted\(place(context.codingPath))"
      case .valueNotFound(let type, let context):
        "\(Self.words(type)) is wanted, null is found\(place(context.codingPath))"
      case .dataCorrupted(let context):
        "not the JSON that is wanted\(place(context.codingPath)): \(context.debugDescription)"
      @unknown default: "not the JSON that is wanted"
      }
  }

  /// A Swift type in the words of JSON.
  private static func words(_ type: Any.Type) -> String {
    switch "\(type)" {
    case "Int": "a whole number"
    case "Double": "a number"
    case "String": "a text"
    case let name where name.hasPrefix("Dictionary"): "an object"
    case let name where name.hasPrefix("Array"): "a list"
    case let name: name
    }
  }
}

/// `value` as JSON with sorted keys.
public func encodeJSON(_ value: some Encodable, pretty: Bool = true, keys: JSONKeys = .ofProperties) throws -> String {
  let encoder = JSONEncoder()
  if keys == .ofColumns { encoder.keyEncodingStrategy = .custom(JSONKeys.column) }
  // JSON has no such numbers; a summary of odd data must not fail for one.
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  encoder.outputFormatting =
    pretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
