internal import Files
package import TensorFiles

/// Tensors of a file, each of one vector (d), whose keys name layers, in the order of these.
package struct LayerKeys: Sendable, Equatable {
  /// The names of the tensors.
  package let tensors: [String]
  /// The layers; nil where the keys are places in a list, which may be of any layers.
  package let layers: [Int]?

  /// The layer that `key` names: `layer_12`, `L12`, `block 12`, a bare `12`, or the name of a module or hook, `model.layers.12`,
  /// `blocks.12.hook_resid_post`; of a control vector, `direction.12`.
  static func layer(_ key: some StringProtocol) -> (number: Int, isBare: Bool)? {
    var parts = key.split { "./[] ".contains($0) }.map { $0.lowercased() }
    while parts.count > 1, let last = parts.last, outputs.contains(last) { parts.removeLast() }
    while parts.count > 1, let first = parts.first, holders.contains(first) { parts.removeFirst() }
    let text = parts.joined()
    let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
    guard let number = Int(String(digits)), RowLayers.isLayerNumber(number) else { return nil }
    let prefix = text.dropLast(digits.count).filter { !"_-".contains($0) }
    guard prefix.isEmpty || words.contains(prefix) else { return nil }
    if prefix.isEmpty { return digits.count == key.count ? (number, true) : nil }
    return (number, false)
  }

  /// What stands before a layer's number.
  private static let words: Set<String> = ["layer", "layers", "block", "blocks", "h", "l", "direction"]
  /// The modules that blocks lie in.
  private static let holders: Set<String> = [
    "model", "transformer", "language_model", "base_model", "gpt_neox", "module", "decoder", "backbone", "text_model",
  ]
  /// The hooks and modules of a block that are the residual stream after it.
  private static let outputs: Set<String> = ["hook_resid_post", "resid_post", "output", "out"]

  /// The vector that `tensors` are the layers of; nil if their keys name none, or they are not of one shape (d).
  ///
  /// - Parameter acceptingBare: whether the keys may be numbers alone, of two tensors or more.
  package init?(_ tensors: [TensorEntry], acceptingBare: Bool) {
    let keys = tensors.compactMap { Self.layer($0.name) }
    guard let first = tensors.first, keys.count == tensors.count, Set(keys.map(\.isBare)).count == 1,
      Set(keys.map(\.number)).count == keys.count, tensors.allSatisfy({ $0.shape == first.shape }),
      first.withoutSingleAxes(downTo: 1).shape.count == 1, first.elementCount > 0,
      !keys[0].isBare || acceptingBare && keys.count > 1
    else { return nil }
    let order = keys.indices.sorted { keys[$0].number < keys[$1].number }
    let numbers = order.map { keys[$0].number }
    self.tensors = order.map { tensors[$0].name }
    layers = keys[0].isBare && numbers == Array(numbers.indices) ? nil : numbers
  }

  /// Of vectors (d) whose keys are the numbers `keys`; nil if two are the same, or they differ in shape.
  init?(bare tensors: [TensorEntry], keys: [String]) {
    let numbers = keys.compactMap { Int($0) }.filter(RowLayers.isLayerNumber)
    guard numbers.count == tensors.count, Set(numbers).count == numbers.count,
      tensors.allSatisfy({ $0.shape == tensors[0].shape })
    else { return nil }
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    let sorted = order.map { numbers[$0] }
    self.init(
      tensors: order.map { tensors[$0].name }, layers: sorted == Array(sorted.indices) ? nil : sorted)
  }

  init(tensors: [String], layers: [Int]?) { (self.tensors, self.layers) = (tensors, layers) }

  /// The vectors of many roles, `layer_12/pirate` or `pirate/layer_12` (or with a dot); nil if the keys name no layers.
  ///
  /// - Throws: `DumpFault.layerKeys` if they do, but a role lacks a layer that another has, or tensors are not (d).
  package static func roles(_ tensors: [TensorEntry]) throws -> [(role: String, keys: LayerKeys)]? {
    for isFirst in [true, false] {
      let parts = tensors.compactMap { tensor -> (role: String, layer: Int)? in
        let name = tensor.name
        let separators = name.indices.filter { "/.".contains(name[$0]) }
        // The longest key of a layer: that of a module has dots of its own.
        for place in isFirst ? separators.reversed() : separators {
          let (head, tail) = (name[..<place], name[name.index(after: place)...])
          let (key, role) = isFirst ? (head, tail) : (tail, head)
          if !role.isEmpty, let layer = layer(key), !layer.isBare { return (String(role), layer.number) }
        }
        return nil
      }
      guard !parts.isEmpty, parts.count == tensors.count else { continue }
      let layers = Set(parts.map(\.layer)).sorted()
      let byRole = Dictionary(grouping: parts.indices) { parts[$0].role }
      guard tensors.allSatisfy({ $0.shape.count == 1 }),
        byRole.values.allSatisfy({ Set($0.map { parts[$0].layer }) == Set(layers) && $0.count == layers.count })
      else { throw DumpFault.layerKeys(tensors.map(\.name), shape: tensors[0].shape) }
      return byRole.map { role, places in
        let own = places.sorted { parts[$0].layer < parts[$1].layer }
        return (role, LayerKeys(tensors: own.map { tensors[$0].name }, layers: layers))
      }
    }
    if tensors.allSatisfy({ layer($0.name).map { !$0.isBare } ?? false }), !tensors.isEmpty {
      throw DumpFault.layerKeys(tensors.map(\.name), shape: tensors[0].shape)
    }
    return nil
  }
}
