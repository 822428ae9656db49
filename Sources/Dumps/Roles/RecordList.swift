internal import Files
package import TensorFiles

/// A list of records in a file, `[{"key": …, "activation": …, "score": …}, …]`, whose tensors are no roles, and whose keys and
/// scores would be lost.
package struct RecordList: Sendable, Equatable {
  /// The number of records.
  package let count: Int
  /// The field that is the activation.
  package let activation: String
  /// The other fields, in code-point order.
  package let fields: [String]

  /// The records of `file`; nil if it is no such list.
  package init?(_ file: TensorFile) {
    let tensors = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    let parts = tensors.compactMap { Self.parts($0.name) }
    guard [.torch, .legacyTorch].contains(file.format), parts.count == tensors.count, let first = parts.first,
      parts.allSatisfy({ $0.field == first.field }), parts.map(\.place) == Array(parts.indices),
      LayerKeys.layer(first.field) == nil
    else { return nil }
    let values = file.metadata.compactMap { Self.parts($0.key) }.filter { $0.place == 0 }.map(\.field)
    (count, activation, fields) = (parts.count, first.field, Set(values).sorted())
  }

  /// `12.activation` as 12 and `activation`.
  private static func parts(_ name: String) -> (place: Int, field: String)? {
    guard let dot = name.firstIndex(of: "."), let place = Int(name[..<dot]), place >= 0 else { return nil }
    let field = name[name.index(after: dot)...]
    return field.isEmpty || field.contains(".") ? nil : (place, String(field))
  }

  /// What makes a dump of the file at `path`, in the shell: responses by role, and their scores.
  package func command(for path: String) -> String {
    let own = tensorStem(Paths.lastComponent(of: path)) ?? "role"
    func first(_ names: [String]) -> String? { names.first(where: fields.contains) }
    let role = first(["role", "persona", "character", "name"]).map { "r['\($0)']" } ?? "'\(own)'"
    let key = first(["key", "id"]).map { "r['\($0)']" } ?? "f'pos_p0_q{i}'"
    let score = first(["score"])
    var lines = "import json, os, torch; a, s = {}, {}; "
    lines +=
      "[a.setdefault(\(role), {}).update({\(key): r['\(activation)']}) for i, r in enumerate(torch.load('\(path)'))]; "
    if let score {
      lines +=
        "[s.setdefault(\(role), {}).update({\(key): r['\(score)']}) for i, r in enumerate(torch.load('\(path)'))]; "
    }
    lines += "[os.makedirs('DUMP/' + d, exist_ok=True) for d in ('activations', 'scores')]; "
    lines += "[torch.save(v, f'DUMP/activations/{n}.pt') for n, v in a.items()]; "
    lines += "[json.dump(v, open(f'DUMP/scores/{n}.json', 'w')) for n, v in s.items()]"
    return "python3 -c \"\(lines)\""
  }
}

extension DumpFault {
  /// The fault that `records` are in the file at `path`.
  package init(_ records: RecordList, at path: String) {
    self = .records(records.count, fields: [records.activation] + records.fields, command: records.command(for: path))
  }
}
