internal import Foundation

/// The files of a folder and of those in it, hidden ones too, by name: `turns.csv`, `figures/axis.svg`.
///
/// A report names the folder that it is in, in commands to type. It stands as OUT here, so that reports of two folders compare.
public func folderBytes(_ path: String) throws -> [String: [UInt8]] {
  var files: [String: [UInt8]] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    if try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true { continue }
    let bytes = try Data(contentsOf: file)
    files[name] = name == "report.html" ? unplaced(bytes, path) : Array(bytes)
  }
  return files
}

/// `page` with OUT for the folder `path`, and not for one whose name begins with it.
private func unplaced(_ page: Data, _ path: String) -> [UInt8] {
  let words = NSRegularExpression.escapedPattern(for: path) + #"(?![-\w])"#
  return Array(
    String(decoding: page, as: UTF8.self).replacingOccurrences(of: words, with: "OUT", options: .regularExpression).utf8
  )
}

/// Two synthetic dumps and what `analyze` makes of each: an older output, and the one that replaces it.
public struct OldAndNewOutputs {
  /// The outputs of a run over another dump.
  public let old: [String: [UInt8]]
  /// The outputs that are wanted.
  public let new: [String: [UInt8]]
  /// The dump of the new ones.
  public let dump: String

  /// Makes them in `folder`, as small as they can be.
  public init(in folder: TemporaryFolder) throws {
    var outputs: [[String: [UInt8]]] = []
    for name in ["old", "new"] {
      let dump = folder("\(name)-dump")
      for arguments in [
        [
          "synth", "-o", dump, "-q", "--seed", name == "old" ? "1" : "2", "--roles", "12", "--layer-count", "2",
          "--dimensions", "32", "--conversations", "4", "--turns", "3",
        ],
        ["analyze", dump, "-o", folder(name), "-q"],
      ] {
        let outcome = try PersonaCommand.run(arguments)
        guard outcome.status == 0 else { throw Failure(complaint: outcome.complaint) }
      }
      outputs.append(try folderBytes(folder(name)))
    }
    (old, new, dump) = (outputs[0], outputs[1], folder("new-dump"))
  }

  /// Makes `path` a folder of the old outputs, beside what else is in it.
  public func putOld(in path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, bytes) in old {
      let file = URL(fileURLWithPath: "\(path)/\(name)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
  }

  private struct Failure: Error {
    let complaint: String
  }
}
