internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Statistics
internal import TensorFiles

/// Some rows from all over a matrix, from which its mean and its leading directions are guessed before it is read.
///
/// The guess of the mean is the shift that sums are taken about: the nearer, the fewer digits cancel. That of the directions is where
/// the randomised way starts.
struct LayerPilot: Sendable {
  private static let runs = 32
  private static let runLength = 16

  /// The mean of the rows looked at; zeros if none is of use.
  let shift: [Double]
  /// The rows looked at, less their mean.
  private let centred: Matrix
  /// The digest of their elements, as they were read.
  let digest: String

  /// Of the rows that `reader` reads.
  ///
  /// - Throws: `FileError` if they cannot be read.
  init(_ reader: RowReader) throws {
    let (count, d) = (reader.source.count, reader.source.hiddenSize)
    let lenient = RowReader(source: reader.source, layerRow: reader.layerRow, layer: reader.layer, skips: true)
    let zero = [Double](repeating: 0, count: d)
    let content = ContentDigest()
    var elements: [Double] = []
    for run in Self.places(count) {
      let chunk = try lenient.chunk(run, shift: zero)
      let own = chunk.doubles(0..<chunk.rows)
      content.update(ElementType.float64.encode(own[...])[...])
      elements += own
    }
    digest = content.text
    let rows = Matrix(rows: elements.count / d, columns: d, elements: elements)
    shift = rows.rows > 0 ? rows.columnMeans() : zero
    centred = rows.rows > 0 ? rows.subtractingFromRows(shift) : rows
  }

  /// Values whose squares and products single precision holds with all of their digits.
  static let scales = 1e-13...1e13

  /// Throws if the rows vary by so little, or so much, that sums of products in single precision are wrong: by the median of what is not 0,
  /// which a single value far beyond the rest does not move.
  func requireScale(layer: Int, path: String) throws {
    let sizes = centred.elements.map { abs($0) }.filter { $0 > 0 }
    let median = sizes.isEmpty ? 1 : quantile(sizes, 0.5)
    if !Self.scales.contains(median) {
      throw FileError(path: path, fault: ComponentsFault.scale(median, layer: layer))
    }
  }

  /// Runs of rows, evenly over `count`; all if they are few.
  private static func places(_ count: Int) -> [Range<Int>] {
    if count <= runs * runLength { return [0..<count] }
    return (0..<runs).map { run in
      let start = run * (count - runLength) / (runs - 1)
      return start..<start + runLength
    }
  }

  /// `count` directions to start from: the leading ones of the rows looked at, and random ones, a quarter at least.
  func start(_ count: Int, seed: UInt64) throws -> Matrix {
    let d = shift.count
    var rows: [[Double]] = []
    let most = min(count - count / 4, max(centred.rows - 1, 0))
    if most > 0 {
      let system = try SymmetricEigensystem(leading: min(most, centred.rows), of: try centred.gramOfRows())
      let found = try system.vectors.firstRows(most).times(centred)
      rows = (0..<found.rows).filter { system.values[$0] > 0 }.map { Array(found.row($0)) }
    }
    var generator = SeededGenerator(seed: seed, purpose: .eigenvectorStart)
    // Of a like length, so that no direction is taken for rounding.
    let length = rows.first.map(euclideanNorm) ?? 1
    while rows.count < min(count, d) { rows.append(unit(generator.gaussians(d)).map { $0 * length }) }
    return Matrix(rows, columns: d)
  }
}
