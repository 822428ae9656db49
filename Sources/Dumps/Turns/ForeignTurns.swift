internal import Files
package import TensorFiles

/// Several tensors of one file under numbered names: turns, which are read, or what another program keeps so.
package struct ForeignTurns {
  /// What the tensors are.
  package enum Kind: Sendable, Equatable {
    /// A vector a turn, (layers, d) or (d).
    case turns
    /// (turns, d) or (tokens, d) a layer.
    case layers([Int])
    /// What a forward pass of transformers gives as `hidden_states`: (1, tokens, d) a layer, the embedding first.
    case forwardPass(layers: Int)
    /// What `generate()` of transformers gives as `hidden_states`: for each step a tuple of such.
    case generation(steps: Int, layers: Int)
  }

  package let kind: Kind
  /// In the order of their numbers.
  package let tensors: [TensorEntry]
  /// What stands before the numbers: `hidden_states`, or nothing.
  let prefix: String

  /// What `file` holds; nil if its tensors are not numbered so.
  ///
  /// - Parameter isOneVector: whether a shape is that of a single vector.
  package init?(_ file: TensorFile, isOneVector: ([Int]) -> Bool) {
    let floats = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    guard floats.count > 1 else { return nil }
    let layers = floats.compactMap { LayerKeys.layer($0.name) }
    if layers.count == floats.count, layers.allSatisfy({ !$0.isBare }) {
      guard floats.allSatisfy({ $0.shape == floats[0].shape && (1...3).contains($0.shape.count) }) else { return nil }
      (kind, tensors, prefix) = (.layers(layers.map(\.number)), floats, "")
      return
    }
    let names = floats.compactMap { Self.numbers($0.name) }
    guard names.count == floats.count, let first = names.first, names.allSatisfy({ $0.prefix == first.prefix }),
      names.allSatisfy({ $0.numbers.count == first.numbers.count }), let rank = floats.first?.shape.count
    else { return nil }
    prefix = first.prefix
    tensors = floats.indices.sorted { names[$0].numbers.lexicographicallyPrecedes(names[$1].numbers) }.map {
      floats[$0]
    }
    let own = names.map(\.numbers)
    if first.numbers.count == 2 {
      guard rank == 3, floats.allSatisfy({ $0.shape[0] == 1 }) else { return nil }
      let steps = Set(own.map { $0[0] }).count
      guard steps * Set(own.map { $0[1] }).count == own.count else { return nil }
      kind = .generation(steps: steps, layers: own.count / steps)
    } else if rank == 3, floats.allSatisfy({ $0.shape == floats[0].shape && $0.shape[0] == 1 }), floats[0].shape[1] > 1,
      !isOneVector(Array(floats[0].shape.dropFirst()))
    {
      kind = .forwardPass(layers: own.count)
    } else if floats.allSatisfy({ $0.shape == floats[0].shape && isOneVector($0.withoutSingleAxes(downTo: 2).shape) }) {
      kind = .turns
    } else if rank == 2, floats.allSatisfy({ $0.shape == floats[0].shape }) {
      kind = .layers(own.map { $0[0] })
    } else {
      return nil
    }
  }

  /// Whether they are what transformers gives as hidden states, which can be nothing else.
  package var isOfTransformers: Bool {
    switch kind {
    case .forwardPass, .generation: true
    case .turns, .layers: false
    }
  }

  /// The turns that tensors (turns, d) of layers named in words are: so many as a transcript says; nil where nothing says that rows are
  /// turns, rather than tokens.
  func turns(_ count: Int?, hiddenSize: Int) -> TurnReader.Storage? {
    guard case .layers(let numbers) = kind, namesLayers, let count, tensors[0].shape == [count, hiddenSize],
      Set(numbers).count == numbers.count
    else { return nil }
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    return .layers(order.map { tensors[$0] }, numbers: order.map { numbers[$0] })
  }

  /// Whether the names of its tensors are words of layers, rather than bare numbers.
  package var namesLayers: Bool { LayerKeys.layer(tensors[0].name).map { !$0.isBare } ?? false }

  /// `hidden_states.3.12` as its prefix and numbers; nil for a name without one or two of them at its end.
  private static func numbers(_ name: String) -> (prefix: String, numbers: [Int])? {
    var (parts, numbers) = (name.split(separator: ".", omittingEmptySubsequences: false).map(String.init), [Int]())
    while numbers.count < 2, let last = parts.last, let number = Int(last), number >= 0 {
      numbers.insert(number, at: 0)
      parts.removeLast()
    }
    if numbers.isEmpty, let last = parts.last {
      let digits = last.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
      guard let number = Int(String(digits)) else { return nil }
      numbers = [number]
      parts[parts.count - 1] = String(last.dropLast(digits.count))
    }
    return numbers.isEmpty ? nil : (parts.joined(separator: "."), numbers)
  }

  /// What the file at `path` is, in words, and what makes turns of it; nil of turns.
  package func fault(_ path: String, format: TensorFormat) -> DumpFault? {
    let from = pythonPath(path)
    let loaded =
      [.torch, .legacyTorch].contains(format)
      ? "torch.load('\(from)')\(prefix.isEmpty ? "" : "['\(prefix)']")" : "load_file('\(from)')"
    let start = "import torch; \(loaded.hasPrefix("load_file") ? "from safetensors.torch import load_file; " : "")"
    let out = "\(tensorStem(Paths.lastComponent(of: from)) ?? "file")_turns.pt"
    let save = "torch.save({'tokens': t, 'turn_offsets': torch.tensor([0, len(t)])}, '\(out)')"
    switch kind {
    case .turns: return nil
    case .layers(let numbers):
      let shape = tensors[0].shape
      return .foreignTurns(
        "a tensor \(shape) for each of \(numbers.count) layers (\(layerList(numbers.sorted())))",
        wanted: "(turns, layers, d)",
        command: pythonLine(
          "\(start)h = \(loaded); h = list(h.values()) if isinstance(h, dict) else h; "
            + "torch.save({'turns': torch.stack(h, 1)}, '\(out)')"), note: "where the rows are turns, not tokens")
    case .forwardPass(let layers):
      return .foreignTurns(
        "the hidden_states of a forward pass of transformers, \(tensors[0].shape) for the embedding and \(layers - 1) blocks",
        wanted: "the tokens of turns",
        command: pythonLine("\(start)P = 0; h = \(loaded); t = torch.stack([x[0, P:] for x in h[1:]], 1); \(save)"),
        note: "with P the number of tokens before the turn")
    case .generation(let steps, let layers):
      return .foreignTurns(
        "the hidden_states of generate() of transformers, \(steps) steps of the embedding and \(layers - 1) blocks",
        wanted: "the tokens of turns",
        command: pythonLine(
          "\(start)h = \(loaded); t = torch.stack([torch.cat([s[l][0] for s in h[1:]]) for l in range(1, len(h[0]))], 1); \(save)"
        ), note: "the first step is the prompt")
    }
  }
}
