internal import Files

extension TensorFormat {
  /// The formats that can be written.
  package static var written: [TensorFormat] {
    all.filter { if case .nothing = $0.writing { false } else { true } }
  }

  /// The format in which a file of this name is written: that of its ending, as it stands.
  package static func written(byNameOf path: String) -> TensorFormat? {
    written.first { path.hasSuffix(".\($0.ending)") }
  }

  /// The endings of `formats` for a message, each once: `.pt, .npy or .npz`.
  ///
  /// - Parameter last: what stands before the last of them: a comma, or a word.
  package static func endings(of formats: [TensorFormat] = all, last: String = " or") -> String {
    var seen: Set<String> = []
    let endings = formats.map(\.ending).filter { seen.insert($0).inserted }.map { ".\($0)" }
    return endings.dropLast().joined(separator: ", ") + (endings.count > 1 ? "\(last) " : "") + (endings.last ?? "")
  }

  /// The name of a file that may be a part of a dump without its ending; nil for other and for hidden files.
  package static func stem(ofDumpFile name: String) -> String? { stem(of: name, all.filter(\.isDumpFile)) }

  /// Whether a file of this name holds tensors, of whatever kind: a control vector is no role, but is shown. Hidden
  /// files do not count.
  package static func isTensorFile(_ name: String) -> Bool { stem(of: name, all) != nil }

  private static func stem(of name: String, _ formats: [TensorFormat]) -> String? {
    guard !name.hasPrefix("."), let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return formats.contains { $0.endings.contains(ending) } ? String(name[..<dot]) : nil
  }
}
