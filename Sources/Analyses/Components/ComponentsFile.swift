internal import Dumps
internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// Writes components as one file: `components` (L, K, d), `variance` (L, K), `residual` (L, K), `total_variance` (L), `mean` (L, d); and the
/// scores of rows, `scores` (n, L, K).
enum ComponentsFile {
  static let name = "components.safetensors"
  static let scoresName = "scores.safetensors"

  /// Writes `layers`; where they differ in the number of components, NaN stands for those that are not there.
  static func write(
    _ layers: [LayerComponents], to output: OutputFolder, _ metadata: [(key: String, value: String)]
  ) throws {
    let (count, d) = (layers.map(\.variances.count).max() ?? 0, layers[0].mean.count)
    let writer = try SafetensorsWriter(
      try output.file(named: name),
      tensors: [
        .init(name: "components", elementType: .float64, shape: [layers.count, count, d]),
        .init(name: "variance", elementType: .float64, shape: [layers.count, count]),
        .init(name: "residual", elementType: .float64, shape: [layers.count, count]),
        .init(name: "total_variance", elementType: .float64, shape: [layers.count]),
        .init(name: "mean", elementType: .float64, shape: [layers.count, d]),
      ], metadata: metadata)
    func padded(_ values: [Double], to count: Int) -> [Double] {
      values + [Double](repeating: .nan, count: count - values.count)
    }
    for (place, layer) in layers.enumerated() {
      try writer.write(padded(layer.vectors.elements, to: count * d), to: "components", at: place * count * d)
      try writer.write(padded(layer.variances, to: count), to: "variance", at: place * count)
      try writer.write(padded(layer.residuals, to: count), to: "residual", at: place * count)
      try writer.write([layer.totalVariance], to: "total_variance", at: place)
      try writer.write(layer.mean, to: "mean", at: place * d)
    }
    try writer.finish()
  }

  /// Writes the scores of all rows of `source` along the components of each layer, in a pass over the rows; those of rows that are left
  /// out are NaN.
  static func writeScores(
    _ layers: [LayerComponents], _ readers: [RowReader], to output: OutputFolder, threads: Int,
    _ metadata: [(key: String, value: String)]
  ) async throws {
    let count = layers.map(\.variances.count).max() ?? 0
    let source = readers[0].source
    let writer = try SafetensorsWriter(
      try output.file(named: scoresName),
      tensors: [.init(name: "scores", elementType: .float32, shape: [source.count, layers.count, count])],
      metadata: metadata)
    let chunks = ShardPlan.chunks(of: 0..<source.count)
    for start in stride(from: 0, to: chunks.count, by: 4 * threads) {
      let some = Array(chunks[start..<min(start + 4 * threads, chunks.count)])
      let found = try await concurrentMap(some, threads: threads) { rows in
        try scores(of: rows, layers, readers, count)
      }
      for (rows, values) in zip(some, found) {
        try writer.write(values, to: "scores", at: rows.lowerBound * layers.count * count)
      }
    }
    try writer.finish()
  }

  /// The scores of `rows`, (rows, layers, `count`).
  private static func scores(
    of rows: Range<Int>, _ layers: [LayerComponents], _ readers: [RowReader], _ count: Int
  ) throws -> [Double] {
    var values = [Double](repeating: .nan, count: rows.count * layers.count * count)
    var bytes: [UInt8] = []
    for (place, (layer, reader)) in zip(layers, readers).enumerated() {
      let (chunk, kept) = try reader.marked(rows, shift: layer.mean, reusing: &bytes)
      let scores = try SubspaceProducts(with: layer.vectors).scores(of: chunk)
      for (index, row) in kept.enumerated() {
        for component in 0..<scores.columns {
          values[(row * layers.count + place) * count + component] = scores[index, component]
        }
      }
    }
    return values
  }
}
