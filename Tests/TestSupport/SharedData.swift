internal import Foundation

/// The real activations and reference numbers beside the repository; a user's clone does not have them.
public enum SharedData {
  /// The folder, or nil where it is absent.
  public static let path: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let beside = root.deletingLastPathComponent().appendingPathComponent("shared").path
    return FileManager.default.fileExists(atPath: beside + "/real") ? beside : nil
  }()

  /// Whether tests that need it can run.
  public static var isPresent: Bool { path != nil }

  /// What a skipped test says.
  public static let absence = "needs ../shared, the real activations beside the repository, which is absent"

  /// The path of `name` in the folder.
  public static func file(_ name: String) -> String { "\(path ?? "")/\(name)" }

  /// The value in a JSON file of reference numbers.
  public static func expected<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try decodedJSON(type, at: file("reference/expected/\(name)"))
  }
}

/// The value in the JSON file at `path`, whose keys are in snake case.
public func decodedJSON<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
}
