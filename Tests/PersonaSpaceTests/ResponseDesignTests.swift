import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

/// Variance by source: a design worked out by hand, and planted shares.
@Suite struct ResponseDesignTests {
  private static func balanced(_ a: Int, _ b: Int, _ q: Int, _ r: Int) -> ResponseDesign {
    var cells: [ResponseDesign.Cell] = []
    for persona in 0..<a {
      for prompt in 0..<b {
        for question in 0..<q {
          cells.append(.init(persona: persona, prompt: persona * b + prompt, question: question, count: r))
        }
      }
    }
    return ResponseDesign(cells)
  }

  @Test func sourcesThatADesignTellsApart() {
    #expect(Self.balanced(3, 2, 4, 2).sources == [.persona, .prompt, .question, .cell, .run])
    #expect(Self.balanced(3, 2, 4, 1).sources == [.persona, .prompt, .question, .run])
    #expect(Self.balanced(3, 1, 4, 1).sources == [.persona, .question, .run])
    #expect(Self.balanced(3, 2, 1, 5).sources == [.persona, .prompt, .run])
    #expect(Self.balanced(3, 2, 1, 5).hasRuns && !Self.balanced(3, 2, 4, 1).hasRuns)
    let unknown = ResponseDesign([.init(persona: 0, prompt: 0, question: 0, count: 4)], isKnown: false)
    #expect(unknown.sources == [.persona, .run] && !unknown.hasRuns)
  }

  @Test func twoPersonasOfTwoResponsesByHand() throws {
    // One prompt and one question each, two runs: positions 1, 3 and 5, 9. Means 2 and 7, within 2 + 8 = 10 over 2 degrees of
    // freedom, so the run has 5; between 2 · 2.5² · 2 = 25 = 2 · persona + run, so the persona has 10.
    let design = ResponseDesign([
      .init(persona: 0, prompt: 0, question: 0, count: 2), .init(persona: 1, prompt: 1, question: 0, count: 2),
    ])
    #expect(design.sources == [.persona, .run])
    var sums = ResponseDesign.SumsOfSquares()
    (sums.persona, sums.run) = (25, 35)
    let variances = try #require(try design.variances(of: sums))
    #expect(abs(variances[0] - 10) < 1e-12 && abs(variances[1] - 5) < 1e-12)
    let components = VarianceComponents(sizes: [2, 2], between: 25, within: 10)
    #expect(components.meanSquareBetween == 25 && components.within == 5 && components.between == 10)
    #expect(abs(components.intraclassCorrelation - 2.0 / 3) < 1e-15 && components.instabilityRatio == 0.5)
    #expect(components.f == 5)
  }

  @Test func aDesignThatTellsNothingApartHasNoShares() throws {
    // Every persona has a question of its own: the two cannot be told apart.
    let cells = (0..<4).flatMap { persona in
      (0..<2).map { prompt in
        ResponseDesign.Cell(persona: persona, prompt: 2 * persona + prompt, question: persona, count: 3)
      }
    }
    var sums = ResponseDesign.SumsOfSquares()
    (sums.persona, sums.prompt, sums.question, sums.cell, sums.run) = (1, 2, 1, 2, 5)
    let design = ResponseDesign(cells)
    #expect(try design.sources.contains(.question) == false || design.variances(of: sums) == nil)
  }

  @Test func plantedVariancesAreUnbiased() throws {
    // Uneven: some cells are empty, some have two runs.
    var cells: [ResponseDesign.Cell] = []
    for persona in 0..<8 {
      for prompt in 0..<3 {
        for question in 0..<4 where (persona + prompt + question) % 5 != 0 {
          cells.append(
            .init(
              persona: persona, prompt: 3 * persona + prompt, question: question, count: 1 + (persona + question) % 2))
        }
      }
    }
    let design = ResponseDesign(cells)
    let planted = [4.0, 1, 0.5, 0.25, 2]
    var sums = [Double](repeating: 0, count: 5)
    let repeats = 400
    for seed in 0..<repeats {
      var random = SeededGenerator(seed: UInt64(seed), purpose: .init(rawValue: 77))
      let personas = (0..<8).map { _ in planted[0].squareRoot() * random.nextGaussian() }
      let prompts = (0..<24).map { _ in planted[1].squareRoot() * random.nextGaussian() }
      let questions = (0..<4).map { _ in planted[2].squareRoot() * random.nextGaussian() }
      var values: [(cell: Int, value: Double)] = []
      for (index, cell) in cells.enumerated() {
        let own = planted[3].squareRoot() * random.nextGaussian()
        for _ in 0..<cell.count {
          let level = personas[cell.persona] + prompts[cell.prompt] + questions[cell.question] + own
          values.append((index, level + planted[4].squareRoot() * random.nextGaussian()))
        }
      }
      let found = try #require(try design.variances(of: Self.sums(values, cells)))
      for (source, value) in found.enumerated() { sums[source] += value / Double(repeats) }
    }
    // Five standard errors of the mean of 400 estimates.
    for (found, (wanted, margin)) in zip(sums, zip(planted, [0.6, 0.2, 0.15, 0.15, 0.15])) {
      #expect(abs(found - wanted) < margin)
    }
  }

  /// The sums of squares of `values` about their mean, by labels.
  private static func sums(
    _ values: [(cell: Int, value: Double)], _ cells: [ResponseDesign.Cell]
  ) -> ResponseDesign.SumsOfSquares {
    let grand = values.reduce(0) { $0 + $1.value } / Double(values.count)
    func sum(_ label: (Int) -> Int) -> Double {
      Dictionary(grouping: values) { label($0.cell) }.values.reduce(0) { total, group in
        let mean = group.reduce(0) { $0 + $1.value } / Double(group.count) - grand
        return total + Double(group.count) * mean * mean
      }
    }
    var sums = ResponseDesign.SumsOfSquares()
    sums.persona = sum { cells[$0].persona }
    sums.prompt = sum { cells[$0].prompt }
    sums.question = sum { cells[$0].question }
    sums.cell = sum { $0 }
    sums.run = values.reduce(0) { $0 + ($1.value - grand) * ($1.value - grand) }
    return sums
  }

  @Test func spreadOfVectorsIsThatOfNumbersInEachDimension() throws {
    var random = SeededGenerator(seed: 5)
    let (x, y) = (random.gaussians(6), random.gaussians(6))
    let (sizes, within) = ([3.0, 4, 5, 6, 7, 8], [1.0, 2, 3, 4, 5, 6])
    let weights = [2.0, 0, 1, 1, 0, 2]
    func between(_ means: PersonaSpread.Places) -> Double {
      PersonaSpread(sizes: sizes, means: means, within: within).components(weights: weights).meanSquareBetween
    }
    let both = try Matrix(zip(x, y).map { [$0, $1] }, columns: 2).gramOfRows()
    #expect(abs(between(.products(both)) - between(.numbers(x)) - between(.numbers(y))) < 1e-12)
  }

  @Test func shuffledPromptsOfPersonasThatDiffer() throws {
    let design = Self.balanced(6, 4, 3, 1)
    let shuffle = try #require(PersonaShuffle(of: design, seed: 1))
    #expect(shuffle.isOfPrompts && shuffle.blocks.count == 24)
    var random = SeededGenerator(seed: 6)
    let noise = random.gaussians(24)
    let apart = (0..<24).map { 5 * Double($0 / 4) + noise[$0] }
    func p(_ sums: [Double]) -> Double {
      let grand = sums.reduce(0, +) / 72
      let total = sums.reduce(0) { $0 + ($1 - 3 * grand) * ($1 - 3 * grand) / 3 } + 10
      return shuffle.outcome(sums: .numbers(sums), total: total).probability
    }
    #expect(p(apart) == 0.001)
    #expect(p(noise) > 0.02)
    // One prompt each: questions are shuffled. Neither: nothing is.
    #expect(PersonaShuffle(of: Self.balanced(6, 1, 3, 1), seed: 1)?.isOfPrompts == false)
    #expect(PersonaShuffle(of: Self.balanced(6, 1, 1, 4), seed: 1) == nil)
  }
}
