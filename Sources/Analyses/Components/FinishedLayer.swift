internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// The components of a layer that a run has done with, as a file for a run that goes on.
enum FinishedLayer {
  static func name(_ layer: Int) -> String { "layer-\(layer).safetensors" }

  private static func digest(_ lists: [[Double]]) -> String {
    let digest = ContentDigest()
    for list in lists { digest.update(ElementType.float64.encode(list[...])[...]) }
    return digest.text
  }

  /// Writes `layer`.
  static func write(_ layer: LayerComponents, to file: OutputFile) throws {
    let counts = [Double(layer.rows), Double(layer.skipped), Double(layer.passes), layer.totalVariance]
    let lists = [counts, layer.mean, layer.variances, layer.residuals, layer.vectors.elements]
    let names = ["counts", "mean", "variances", "residuals", "vectors"]
    let writer = try SafetensorsWriter(
      file, tensors: zip(names, lists).map { .init(name: $0, elementType: .float64, shape: [$1.count]) },
      metadata: [(key: "solver", value: layer.solver.rawValue), (key: "digest", value: digest(lists))])
    for (name, list) in zip(names, lists) { try writer.write(list, to: name) }
    writer.checkComplete()
  }

  /// Reads that of the layer `layer`.
  ///
  /// - Throws: `FileError` if it is not whole.
  static func read(_ path: String, layer: Int) throws -> LayerComponents {
    let file = try TensorFile(path: path)
    let metadata = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    func list(_ name: String) throws -> [Double] { try file.read(try file.tensor(named: name)) }
    let counts = try list("counts")
    let (mean, variances, residuals) = (try list("mean"), try list("variances"), try list("residuals"))
    let vectors = try list("vectors")
    guard metadata["digest"] == digest([counts, mean, variances, residuals, vectors]), counts.count == 4,
      vectors.count == variances.count * mean.count, residuals.count == variances.count,
      let rows = Int(exactly: counts[0]), let skipped = Int(exactly: counts[1]), let passes = Int(exactly: counts[2]),
      let solver = metadata["solver"].flatMap({ ComponentSolver(rawValue: $0) })
    else { throw FileError(path: path, fault: PartsFault.damaged) }
    return LayerComponents(
      layer: layer, rows: rows, skipped: skipped, mean: mean, variances: variances,
      vectors: Matrix(rows: variances.count, columns: mean.count, elements: vectors), residuals: residuals,
      totalVariance: counts[3], solver: solver, passes: passes)
  }
}
