internal import LinearAlgebra
internal import Statistics

/// The responses of one persona in one layer, added a few at a time once their mean and the persona's target are known.
///
/// All is taken of the differences d = h − mean of the persona, so that what the responses share cancels before it is squared or
/// summed. From the inner products of d with the axis, the components, w = target − a, ū = mean − a and g = mean − target
/// follow the readouts about the mean role and the products that adherence takes, with e = h − target = d + g.
public struct PersonaScatter: Sendable {
  /// Which response is of which prompt and so on; lists of one length, in the order in which responses are added.
  public struct ResponseFactors: Sendable {
    /// The prompt of each, from 0 within the persona; responses of one prompt follow one another.
    public let prompts: [Int]
    /// The question of each, from 0 over all personas.
    public let questions: [Int]
    /// The cell of each, from 0 within the persona; responses of one cell follow one another.
    public let cells: [Int]
    /// The cluster of each, from 0.
    public let clusters: [Int]

    /// Lists of one length.
    public init(prompts: [Int], questions: [Int], cells: [Int], clusters: [Int]) {
      precondition([questions.count, cells.count, clusters.count].allSatisfy { $0 == prompts.count }, "lists differ")
      (self.prompts, self.questions, self.cells, self.clusters) = (prompts, questions, cells, clusters)
    }

    /// The number of prompts.
    public var promptCount: Int { (prompts.max() ?? -1) + 1 }
    /// The number of clusters.
    public var clusterCount: Int { (clusters.max() ?? -1) + 1 }
  }

  /// What each response is of.
  public let layout: ResponseFactors
  /// The mean of the responses less the mean role, scaled as the frame has it; shape (d).
  public let offset: [Double]
  /// d · each of the readouts; shape (readouts)(responses).
  private(set) var numbers: [[Double]]
  /// d · w, d · ū, d · g and d · d.
  private(set) var alongTarget: [Double] = []
  private(set) var alongMean: [Double] = []
  private(set) var alongGap: [Double] = []
  private(set) var squares: [Double] = []
  /// Σ d of each prompt; shape (prompts · d).
  public private(set) var promptSums: [Double]
  /// Σ over cells of |Σ d|² / n.
  private(set) var cellSquares = 0.0

  let frame: ReadoutFrame
  /// w, ū and g; the first and last are zero without a target.
  let target, fromDefault, gap: [Double]
  /// Whether there is a target.
  public let hasTarget: Bool
  private let centre: [Double]
  /// The directions that differences are multiplied with; shape (d, readouts + 3).
  private let directions: Matrix
  private var cell = (index: -1, count: 0.0, sum: [Double]())

  /// The responses added at a time.
  public static let group = 8

  /// Of responses with the mean `mean`, shape (d), as they are on disk; `target`, shape (d), is scaled as the frame has it.
  public init(_ frame: ReadoutFrame, layout: ResponseFactors, mean: [Double], target: [Double]?) {
    let scaled = mean.scaled(by: frame.factors)
    let d = frame.dimensions
    (self.frame, self.layout, centre, hasTarget) = (frame, layout, mean, target != nil)
    offset = difference(scaled, frame.axis.roleMean)
    fromDefault = difference(scaled, frame.axis.assistant)
    self.target = target.map { difference($0, frame.axis.assistant) } ?? [Double](repeating: 0, count: d)
    gap = target.map { difference(scaled, $0) } ?? [Double](repeating: 0, count: d)
    directions = Matrix(
      rows: frame.directions.rows + 3, columns: d,
      elements: frame.directions.elements + self.target + fromDefault + gap
    ).transposed()
    numbers = [[Double]](repeating: [], count: frame.directions.rows)
    promptSums = [Double](repeating: 0, count: layout.promptCount * d)
    cell.sum = [Double](repeating: 0, count: d)
  }

  /// The number of responses added.
  public var count: Int { squares.count }

  /// Adds `rows` responses of `values`, which lie `stride` apart from `start` on, and adds their differences from the mean to
  /// `questionSums`, shape (questions · d).
  ///
  /// - Precondition: at most `group` rows.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public mutating func add(
    _ values: [Double], from start: Int, stride: Int, rows: Int, questionSums: inout [Double]
  ) throws {
    let d = frame.dimensions
    var elements = [Double](repeating: 0, count: rows * d)
    for row in 0..<rows {
      let (from, to) = (start + row * stride, row * d)
      if let factors = frame.factors {
        for j in 0..<d { elements[to + j] = factors[j] == 0 ? 0 : (values[from + j] - centre[j]) * factors[j] }
      } else {
        for j in 0..<d { elements[to + j] = values[from + j] - centre[j] }
      }
    }
    let differences = Matrix(rows: rows, columns: d, elements: elements)
    let products = try differences.times(directions)
    let readouts = frame.directions.rows
    for row in 0..<rows {
      let index = count
      for readout in 0..<readouts { numbers[readout].append(products[row, readout]) }
      alongTarget.append(products[row, readouts])
      alongMean.append(products[row, readouts + 1])
      alongGap.append(products[row, readouts + 2])
      let own = differences.row(row)
      squares.append(dotProduct(own, own))
      accumulate(elements, from: row * d, count: d, into: &promptSums, at: layout.prompts[index] * d)
      accumulate(elements, from: row * d, count: d, into: &questionSums, at: layout.questions[index] * d)
      if layout.cells[index] != cell.index { finishCell() }
      cell.index = layout.cells[index]
      cell.count += 1
      accumulate(elements, from: row * d, count: d, into: &cell.sum)
    }
  }

  private mutating func finishCell() {
    guard cell.count > 0 else { return }
    cellSquares += dotProduct(cell.sum, cell.sum) / cell.count
    cell = (-1, 0, [Double](repeating: 0, count: cell.sum.count))
  }

  /// Ends the last cell: all responses were added.
  public mutating func finish() {
    precondition(count == layout.prompts.count, "responses are missing")
    finishCell()
  }
}
