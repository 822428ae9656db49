internal import Files
internal import TensorFiles

/// Several tensors of each role in one file, `pirate.0` or `pirate.pos_p0_q1`, whose keys name no layers in words.
struct NestedRoles {
  /// The tensors of each role, by their keys, in the order of the file.
  private let roles: [(name: String, keys: [String], tensors: [TensorEntry])]

  /// Of `tensors`; nil if they are not so named, or a role has but one.
  init?(_ tensors: [TensorEntry]) {
    var (order, found) = ([String](), [String: (keys: [String], tensors: [TensorEntry])]())
    for tensor in tensors {
      guard let dot = tensor.name.lastIndex(of: ".") else { return nil }
      let (role, key) = (String(tensor.name[..<dot]), String(tensor.name[tensor.name.index(after: dot)...]))
      guard !role.isEmpty, Int(key) != nil || ResponseKey(key) != nil else { return nil }
      if found[role] == nil { order.append(role) }
      found[role, default: ([], [])].keys.append(key)
      found[role, default: ([], [])].tensors.append(tensor)
    }
    guard order.count > 1, found.values.allSatisfy({ $0.keys.count > 1 }) else { return nil }
    roles = order.map { ($0, found[$0]?.keys ?? [], found[$0]?.tensors ?? []) }
  }

  /// The layers of each role, where every role has the same numbers, each of a vector (d): `{role: {16: (d)}}`.
  func layers(path: String) -> [VectorSource]? {
    guard let first = roles.first,
      roles.allSatisfy({ $0.keys == first.keys && $0.tensors.allSatisfy { $0.shape.count == 1 } }),
      first.keys.allSatisfy({ Int($0) != nil })
    else { return nil }
    return roles.compactMap { role in
      LayerKeys(bare: role.tensors, keys: role.keys).map { VectorSource(name: role.name, path: path, keys: $0) }
    }
  }

  /// The fault that these are responses, with what makes a dump of the file at `path`.
  func fault(_ path: String) -> DumpFault {
    let code =
      "import os, torch; os.makedirs('DUMP/activations', exist_ok=True); [torch.save(v if hasattr(v, 'items') else {f'pos_p0_q{i}': x for i, x in enumerate(v)}, f'DUMP/activations/{n}.pt') for n, v in torch.load('\(pythonPath(path))').items()]"
    return .responsesByRole(
      roles.count, responses: roles[0].keys.count, shape: roles[0].tensors[0].shape, command: pythonLine(code))
  }
}
