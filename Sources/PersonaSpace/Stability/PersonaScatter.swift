public import LinearAlgebra
internal import Statistics

/// The responses of one persona in one layer, added a few at a time once their mean is known: what the variance of readouts takes.
///
/// All is taken of the differences d = h − mean of the persona, so that what the responses share cancels before it is squared or
/// summed.
public struct PersonaScatter: Sendable {
  /// Which response is of which prompt and so on; lists of one length, in the order in which responses are added.
  public struct ResponseFactors: Sendable {
    /// The prompt of each, from 0 within the persona; responses of one prompt follow one another.
    public let prompts: [Int]
    /// The question of each, from 0 over all personas.
    public let questions: [Int]
    /// The cell of each, from 0 within the persona; responses of one cell follow one another.
    public let cells: [Int]

    /// Lists of one length.
    public init(prompts: [Int], questions: [Int], cells: [Int]) {
      precondition([questions.count, cells.count].allSatisfy { $0 == prompts.count }, "lists differ")
      (self.prompts, self.questions, self.cells) = (prompts, questions, cells)
    }

    /// The number of prompts.
    public var promptCount: Int { (prompts.max() ?? -1) + 1 }
  }

  /// What each response is of.
  public let layout: ResponseFactors
  /// The mean of the responses less the mean role, scaled as the frame has it; shape (d).
  public let offset: [Double]
  /// d · each of the readouts; shape (readouts)(responses).
  private(set) var numbers: [[Double]]
  /// d · d.
  private(set) var squares: [Double] = []
  /// Σ d of each prompt; shape (prompts · d).
  public private(set) var promptSums: [Double]
  /// Σ over cells of |Σ d|² / n.
  private(set) var cellSquares = 0.0

  let frame: ReadoutFrame
  /// The mean of the responses; shape (d).
  private let centre: [Double]
  /// The directions that differences are multiplied with; shape (d, readouts).
  private let directions: Matrix
  private var cell = (index: -1, count: 0.0, sum: [Double]())

  /// The responses multiplied at a time.
  private static let group = 8

  /// Of `responses`, shape (n, d), scaled as the frame has it, in the order of `layout`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(of responses: Matrix, _ frame: ReadoutFrame, layout: ResponseFactors) throws {
    precondition(responses.rows == layout.prompts.count, "a factor for each response")
    let d = frame.dimensions
    centre = responses.columnMeans()
    (self.frame, self.layout) = (frame, layout)
    offset = difference(centre, frame.axis.roleMean)
    directions = frame.directions.transposed()
    numbers = [[Double]](repeating: [], count: frame.directions.rows)
    promptSums = [Double](repeating: 0, count: layout.promptCount * d)
    cell.sum = [Double](repeating: 0, count: d)
    for start in stride(from: 0, to: responses.rows, by: Self.group) {
      try add(responses, start..<min(start + Self.group, responses.rows))
    }
    finishCell()
  }

  /// The number of responses.
  public var count: Int { squares.count }

  /// The axis position of each response.
  public var positions: [Double] {
    let place = dotProduct(offset[...], frame.directions.row(0))
    return numbers[0].map { place + $0 }
  }

  /// d of the responses `rows`; shape (rows · d).
  private func differences(_ responses: Matrix, _ rows: Range<Int>) -> [Double] {
    let d = frame.dimensions
    var elements = [Double](repeating: 0, count: rows.count * d)
    for (place, row) in rows.enumerated() {
      let own = responses.row(row)
      for j in 0..<d { elements[place * d + j] = own[own.startIndex + j] - centre[j] }
    }
    return elements
  }

  /// Adds d of each of `responses`, those that it is of, to the sum of its question in `sums`, shape (questions · d).
  func addDifferences(of responses: Matrix, toQuestions sums: inout [Double]) {
    let d = frame.dimensions
    for start in stride(from: 0, to: responses.rows, by: Self.group) {
      let rows = start..<min(start + Self.group, responses.rows)
      let elements = differences(responses, rows)
      for (place, index) in rows.enumerated() {
        accumulate(elements, from: place * d, count: d, into: &sums, at: layout.questions[index] * d)
      }
    }
  }

  private mutating func add(_ responses: Matrix, _ rows: Range<Int>) throws {
    let d = frame.dimensions
    let elements = differences(responses, rows)
    let differences = Matrix(rows: rows.count, columns: d, elements: elements)
    let products = try differences.times(directions)
    for (place, index) in rows.enumerated() {
      for readout in numbers.indices { numbers[readout].append(products[place, readout]) }
      let own = differences.row(place)
      squares.append(dotProduct(own, own))
      accumulate(elements, from: place * d, count: d, into: &promptSums, at: layout.prompts[index] * d)
      if layout.cells[index] != cell.index { finishCell() }
      cell.index = layout.cells[index]
      cell.count += 1
      accumulate(elements, from: place * d, count: d, into: &cell.sum)
    }
  }

  private mutating func finishCell() {
    guard cell.count > 0 else { return }
    cellSquares += dotProduct(cell.sum, cell.sum) / cell.count
    cell = (-1, 0, [Double](repeating: 0, count: cell.sum.count))
  }
}
