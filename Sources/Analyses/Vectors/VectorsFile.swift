internal import Dumps
internal import Files
internal import Statistics
internal import TensorFiles

/// Writes the role vectors of averaged responses as one file: `role_vectors` (R, L, d), `within_sum_of_squares` (R, L) and
/// `counts` (R); of the Assistant `default` (L, d), `default_within_sum_of_squares` (L) and `default_count`.
struct VectorsFile {
  let means: AveragedResponses
  let description: VectorsDescription
  /// A default that is a vector beside the responses.
  let assistantVector: [Double]?

  /// Writes to `file`, vectors as elements of `type`, and closes it.
  func write(to file: OutputFile, type: ElementType) throws {
    let (count, layers, d) = (means.roles.count, means.layers.count, means.hiddenSize)
    var tensors: [SafetensorsWriter.Declaration] = [
      .init(name: "role_vectors", elementType: type, shape: [count, layers, d]),
      .init(name: "within_sum_of_squares", elementType: .float64, shape: [count, layers]),
      .init(name: "counts", elementType: .int64, shape: [count]),
    ]
    if means.assistant != nil || assistantVector != nil {
      tensors.append(.init(name: "default", elementType: type, shape: [layers, d]))
    }
    if means.assistant != nil {
      tensors += [
        .init(name: "default_within_sum_of_squares", elementType: .float64, shape: [layers]),
        .init(name: "default_count", elementType: .int64, shape: []),
      ]
    }
    let writer = try SafetensorsWriter(file, tensors: tensors, metadata: try metadata(type).entries())
    func copy(_ record: ResponseRecord, vector: String, squares: String, at index: Int) throws {
      let part = try TensorFile(path: means.parts.path(of: record))
      let (own, ownSquares) = (try part.tensor(named: "vector"), try part.tensor(named: "within_sum_of_squares"))
      let adjusted = means.adjustment?.source(ofRole: record.role)
      let vectors = try adjusted.map { try TensorFile(path: $0.path) }
      for layer in 0..<layers {
        let row =
          if let adjusted, let vectors {
            try adjusted.values(in: vectors, layers: layer..<layer + 1)
          } else { try part.read(own, [layer..<layer + 1, 0..<d]) }
        if let beyond = type.lost(of: row) {
          throw FileError(path: part.path, place: record.role, fault: VectorsFault.beyondType(beyond, type.rawValue))
        }
        try writer.write(row, to: vector, at: (index * layers + layer) * d)
      }
      try writer.write(try part.read(ownSquares), to: squares, at: index * layers)
    }
    for (index, record) in means.roles.enumerated() {
      try copy(record, vector: "role_vectors", squares: "within_sum_of_squares", at: index)
    }
    try writer.writeBytes(means.roles.flatMap { Self.bytes($0.counts.kept) }, to: "counts")
    if let assistant = means.assistant {
      try copy(assistant, vector: "default", squares: "default_within_sum_of_squares", at: 0)
      try writer.writeBytes(Self.bytes(assistant.counts.kept), to: "default_count")
    } else if let assistantVector {
      try writer.write(assistantVector, to: "default")
    }
    try writer.finish()
  }

  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: Int64(count)) >> (8 * UInt64($0))) }
  }

  /// The metadata by which the file explains itself.
  private func metadata(_ type: ElementType) throws -> SpaceMetadata {
    var settings = description.options
    (settings["dtype"], settings["min-count"]) = (type.rawValue, "\(means.minimum)")
    if !means.isScored { settings["score"] = "all" }
    settings["question-adjustment"] = "\(means.adjustment != nil)"
    settings["questions"] = means.questions.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all"
    var metadata = SpaceMetadata()
    (metadata.format, metadata.tool) = (.vectors, "persona \(toolVersion)")
    metadata.roles = means.roles.map(\.role)
    metadata.groups = means.roles.map { description.groups[$0.role] ?? "" }
    metadata.levels = means.roles.map { description.levels[$0.role] ?? "" }
    (metadata.counts, metadata.leftOut) = (means.roles.map(\.counts.kept), means.leftOut.map(\.role))
    (metadata.layers, metadata.assistant, metadata.options) = (means.layers, description.assistant, settings)
    metadata.inputs = try encodeJSON(means.inputs, pretty: false)
    (metadata.model, metadata.pooling) = (description.model, description.pooling)
    return metadata
  }
}

extension ElementType {
  /// A value of `row` that becomes infinity in it, or the first of a row that becomes nothing but zeros; nil if there is none.
  fileprivate func lost(of row: [Double]) -> Double? {
    let range: (least: Double, most: Double)? =
      switch self {
      case .bfloat16: (0x1p-133, 0x1.FEp127)
      case .float32: (0x1p-149, Double(Float.greatestFiniteMagnitude))
      default: nil
      }
    guard let (least, most) = range else { return nil }
    return row.first { abs($0) > most } ?? (row.allSatisfy { abs($0) < least / 2 } ? row.first { $0 != 0 } : nil)
  }
}
