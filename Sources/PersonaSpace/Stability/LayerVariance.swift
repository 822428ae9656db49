public import LinearAlgebra
internal import Statistics

/// The variance of the readouts of one layer by source, of personas that are added one after the other.
///
/// Sums are about the mean role, those within a persona about its own mean. Of the whole vector a sum is held of each question
/// and prompt, of shape (d); `keepsPrompts` says whether memory is spent on the prompts, without which the shuffling of whole
/// vectors is left out.
public struct LayerVariance: Sendable {
  /// The name of the readout that is the whole vector.
  public static let vectorName = "vector"

  private let frame: ReadoutFrame
  private let design: ResponseDesign
  private let shuffle: PersonaShuffle?
  private let keepsPrompts: Bool
  /// Σ (h − mean role) of each question, less what its personas' means make of it; shape (questions · d).
  private var questionSums: [Double]
  private var questionCounts: [[Double]] = []
  private var questionNumbers: [[Double]]
  private var offsets: [Double] = []
  private var blocks: [Double] = []
  private var blockNumbers: [[Double]]
  private var means: [[Double]]
  private var within: [[Double]]
  private var sums: [ResponseDesign.SumsOfSquares]

  /// Of the responses of `design`.
  ///
  /// - Parameter shuffle: of the prompts, or of the personas' questions, in the order in which they come.
  public init(_ frame: ReadoutFrame, design: ResponseDesign, shuffle: PersonaShuffle?, keepsPrompts: Bool) {
    (self.frame, self.design, self.shuffle, self.keepsPrompts) = (frame, design, shuffle, keepsPrompts)
    let readouts = frame.names.count
    questionSums = [Double](repeating: 0, count: design.questions * frame.dimensions)
    questionNumbers = [[Double]](repeating: [Double](repeating: 0, count: design.questions), count: readouts)
    (blockNumbers, means) = ([[Double]](repeating: [], count: readouts), [[Double]](repeating: [], count: readouts))
    within = [[Double]](repeating: [], count: readouts + 1)
    sums = [ResponseDesign.SumsOfSquares](repeating: .init(), count: readouts + 1)
  }

  /// Adds the next persona, whose `responses`, shape (n, d), `scatter` is of.
  public mutating func add(_ scatter: PersonaScatter, of responses: Matrix) {
    scatter.addDifferences(of: responses, toQuestions: &questionSums)
    let (layout, d, count) = (scatter.layout, frame.dimensions, Double(scatter.count))
    var perQuestion = [Double](repeating: 0, count: design.questions)
    for question in layout.questions { perQuestion[question] += 1 }
    questionCounts.append(perQuestion)
    offsets += scatter.offset
    for readout in frame.names.indices { addNumbers(scatter, readout) }
    // The whole vector.
    let last = frame.names.count
    var perPrompt = [Double](repeating: 0, count: layout.promptCount)
    for prompt in layout.prompts { perPrompt[prompt] += 1 }
    var own = [Double](repeating: 0, count: d)
    var promptSquares = 0.0
    for (prompt, size) in perPrompt.enumerated() {
      accumulate(scatter.promptSums, from: prompt * d, count: d, into: &own)
      let sum = scatter.promptSums[prompt * d..<(prompt + 1) * d]
      promptSquares += dotProduct(sum, sum) / size
      guard keepsPrompts else { continue }
      let start = blocks.count
      blocks += sum
      accumulate(scatter.offset, count: d, times: size, into: &blocks, at: start)
    }
    // The differences from a mean sum to nothing but for rounding.
    let rest = dotProduct(own, own) / count
    let all = scatter.squares.reduce(0, +)
    within[last].append(max(all - rest, 0))
    sums[last].prompt += max(promptSquares - rest, 0)
    sums[last].cell += max(scatter.cellSquares - rest, 0)
    sums[last].run += max(all - rest, 0)
  }

  /// Adds the numbers of one readout of a persona.
  private mutating func addNumbers(_ scatter: PersonaScatter, _ readout: Int) {
    let (layout, values) = (scatter.layout, scatter.numbers[readout])
    let place = dotProduct(scatter.offset[...], frame.directions.row(readout))
    let average = mean(of: values)
    var (all, prompts, cells) = (0.0, 0.0, 0.0)
    for value in values { all += (value - average) * (value - average) }
    for group in runs(of: layout.prompts) {
      let sum = values[group].reduce(0) { $0 + ($1 - average) }
      prompts += sum * sum / Double(group.count)
      if readout == 0, shuffle?.isOfPrompts ?? false {
        blockNumbers[readout].append(sum + Double(group.count) * (average + place))
      }
    }
    for group in runs(of: layout.cells) {
      let sum = values[group].reduce(0) { $0 + ($1 - average) }
      cells += sum * sum / Double(group.count)
    }
    for (value, question) in zip(values, layout.questions) { questionNumbers[readout][question] += value + place }
    if readout == 0, let shuffle, !shuffle.isOfPrompts {
      var own = [Double](repeating: 0, count: design.questions)
      for (value, question) in zip(values, layout.questions) { own[question] += value + place }
      let counts = questionCounts[questionCounts.count - 1]
      blockNumbers[readout] += own.indices.filter { counts[$0] > 0 }.map { own[$0] }
    }
    means[readout].append(place + average)
    within[readout].append(all)
    sums[readout].prompt += prompts
    sums[readout].cell += cells
    sums[readout].run += all
  }

  /// The ranges of equal neighbours in `labels`.
  private func runs(of labels: [Int]) -> [Range<Int>] {
    var (ranges, start) = ([Range<Int>](), 0)
    for index in labels.indices where index + 1 == labels.count || labels[index + 1] != labels[index] {
      ranges.append(start..<index + 1)
      start = index + 1
    }
    return ranges
  }
}

extension LayerVariance {
  /// The variance of each readout, the whole vector last: all personas were added.
  ///
  /// - Parameter weights: how often each persona is in each bootstrap sample; nil for no intervals.
  /// - Throws: `LinearAlgebraError`.
  public func variances(weights: Matrix?) throws -> [(readout: String, variance: PersonaVariance)] {
    let sizes = design.personaSizes
    func variance(
      _ readout: Int, _ places: PersonaSpread.Places, questions: Double, blocks: PersonaSpread.Places?
    ) throws -> PersonaVariance {
      let spread = PersonaSpread(sizes: sizes, means: places, within: within[readout])
      let between = spread.components().meanSquareBetween * Double(sizes.count - 1)
      var own = sums[readout]
      own.persona = between
      own.prompt += between
      own.cell += between
      own.run += between
      own.question = questions
      return try PersonaVariance(
        spread, weights: weights, design: design, sums: own,
        shuffled: blocks.flatMap { blocks in shuffle?.outcome(sums: blocks, total: own.run) })
    }
    var results: [(readout: String, variance: PersonaVariance)] = []
    for (readout, name) in frame.names.enumerated() {
      var (square, total) = (0.0, 0.0)
      let grand = questionNumbers[readout].reduce(0, +) / Double(design.count)
      for (sum, size) in zip(questionNumbers[readout], design.questionSizes) where size > 0 {
        square += (sum / size - grand) * (sum / size - grand) * size
        total += size
      }
      results.append(
        (
          name,
          try variance(
            readout, .numbers(means[readout]), questions: square,
            // Components are where personas differ most: shuffled ones would not be measured along their own.
            blocks: shuffle == nil || readout > 0 ? nil : .numbers(blockNumbers[readout]))
        ))
    }
    let last = frame.names.count
    let isShuffled = keepsPrompts && (shuffle?.isOfPrompts ?? false)
    results.append(
      (
        Self.vectorName,
        try variance(
          last, .products(try centredMeans(sizes).gramOfRows()), questions: try vectorsOfQuestions(),
          blocks: isShuffled
            ? .products(try blockMatrix.gramOfRows()) : nil)
      ))
    return results
  }

  private var blockMatrix: Matrix {
    Matrix(rows: blocks.count / frame.dimensions, columns: frame.dimensions, elements: blocks)
  }

  /// The personas' means about the grand mean, about which inner products lose no digits.
  private func centredMeans(_ sizes: [Double]) throws -> Matrix {
    let d = frame.dimensions
    let matrix = Matrix(rows: sizes.count, columns: d, elements: offsets)
    return matrix.subtractingFromRows(grandMean(sizes))
  }

  private func grandMean(_ sizes: [Double]) -> [Double] {
    let d = frame.dimensions
    var grand = [Double](repeating: 0, count: d)
    for (persona, size) in sizes.enumerated() {
      accumulate(offsets, from: persona * d, count: d, times: size / Double(design.count), into: &grand)
    }
    return grand
  }

  /// Σ over questions of n |mean of its responses − grand mean|², of whole vectors.
  private func vectorsOfQuestions() throws -> Double {
    let d = frame.dimensions
    // What is in `questionSums` is about the personas' means.
    let counts = Matrix(questionCounts, columns: design.questions).transposed()
    let shares = try counts.times(try centredMeans(design.personaSizes))
    var square = 0.0
    for (question, size) in design.questionSizes.enumerated() where size > 0 {
      var sum = Array(shares.row(question))
      accumulate(questionSums, from: question * d, count: d, into: &sum)
      square += dotProduct(sum, sum) / size
    }
    return square
  }
}
