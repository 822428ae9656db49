internal import LinearAlgebra
internal import Statistics

/// Whether personas differ at all: blocks of responses are shuffled among the personas, and it is counted how often these then
/// differ as much.
///
/// A block is what cannot be told apart if personas do not differ: the responses under one prompt, which prompts of any persona
/// could have drawn; where no persona has a second prompt, the responses to one question, shuffled among those to the same.
public struct PersonaShuffle: Sendable {
  /// The permutations.
  public static let draws = 999

  /// A block of responses.
  public struct Block: Sendable, Equatable {
    /// Its persona.
    public let persona: Int
    /// Blocks are shuffled among those of the same stratum.
    public let stratum: Int
    /// Its responses.
    public let size: Double

    /// `size` responses.
    public init(persona: Int, stratum: Int, size: Double) {
      (self.persona, self.stratum, self.size) = (persona, stratum, size)
    }
  }

  /// What came of it.
  public struct Outcome: Sendable {
    /// That shuffled blocks differ as much.
    public let probability: Double
  }

  /// The blocks.
  public let blocks: [Block]
  /// Whether a block is what is under one prompt, rather than to one question.
  public let isOfPrompts: Bool
  private let personas: Int
  /// The blocks of each stratum.
  private let strata: [[Int]]
  private let seed: UInt64

  /// Shuffles what `design` has for blocks, personas one after the other; nil if there is nothing to be shuffled.
  public init?(of design: ResponseDesign, seed: UInt64) {
    let isOfPrompts = design.sources.contains(.prompt)
    guard isOfPrompts || design.sources.contains(.question) else { return nil }
    struct Key: Hashable { let persona, part: Int }
    var (order, sizes) = ([Key](), [Key: Double]())
    for cell in design.cells {
      let key = Key(persona: cell.persona, part: isOfPrompts ? cell.prompt : cell.question)
      if sizes[key] == nil { order.append(key) }
      sizes[key, default: 0] += Double(cell.count)
    }
    order.sort { ($0.persona, $0.part) < ($1.persona, $1.part) }
    let blocks = order.map {
      Block(persona: $0.persona, stratum: isOfPrompts ? 0 : $0.part, size: sizes[$0] ?? 0)
    }
    self.init(blocks, isOfPrompts: isOfPrompts, personas: design.personas, seed: seed)
  }

  /// Shuffles `blocks`; nil if no stratum has blocks of different personas, or no persona has a second block.
  public init?(_ blocks: [Block], isOfPrompts: Bool, personas: Int, seed: UInt64) {
    let strata = Dictionary(grouping: blocks.indices) { blocks[$0].stratum }.sorted { $0.key < $1.key }.map(\.value)
    let isFree = strata.contains { Set($0.map { blocks[$0].persona }).count > 1 }
    guard isFree, blocks.count > personas else { return nil }
    (self.blocks, self.isOfPrompts, self.personas) = (blocks, isOfPrompts, personas)
    (self.strata, self.seed) = (strata, seed)
  }

  /// The block that stands in the place of each in draw `index`; drawn anew each time, as all draws can be too many to hold.
  private func order(_ index: Int) -> [Int] {
    var generator = SeededGenerator(seed: seed, purpose: .shuffledBlocks, index: UInt64(index))
    var order = [Int](repeating: 0, count: blocks.count)
    for stratum in strata {
      let shuffled = stratum.shuffled(using: &generator)
      for (place, block) in zip(stratum, shuffled) { order[place] = block }
    }
    return order
  }

  /// How a readout fares.
  ///
  /// - Parameters:
  ///   - sums: of each block, the sum of its responses about a point near them all.
  ///   - total: the sum of squares of all responses about their grand mean.
  public func outcome(sums: PersonaSpread.Places, total: Double) -> Outcome {
    let all = blocks.reduce(0) { $0 + $1.size }
    let square = squaredTotal(sums) / all
    func ratio(_ order: [Int]?) -> Double {
      let between = betweenSquares(sums, order) - square
      // The ratio of mean squares but for the degrees of freedom, which stay.
      return between / max(total - between, .leastNormalMagnitude)
    }
    let found = ratio(nil)
    // Rounding must not make a draw that ties with what was found fall short of it.
    let count = (0..<Self.draws).count { ratio(order($0)) >= found * (1 - 1e-10) }
    return Outcome(probability: permutationProbability(asFarOut: count, of: Self.draws))
  }

  private func squaredTotal(_ sums: PersonaSpread.Places) -> Double {
    switch sums {
    case .numbers(let numbers):
      let sum = numbers.reduce(0, +)
      return sum * sum
    case .products(let products): return products.elements.reduce(0, +)
    }
  }

  /// Σ over personas of |Σ of its blocks|² / nᵢ, with blocks in the places that `order` gives them.
  private func betweenSquares(_ sums: PersonaSpread.Places, _ order: [Int]?) -> Double {
    var sizes = [Double](repeating: 0, count: personas)
    for (place, block) in blocks.enumerated() {
      sizes[block.persona] += order.map { blocks[$0[place]].size } ?? block.size
    }
    var squares = 0.0
    switch sums {
    case .numbers(let numbers):
      var own = [Double](repeating: 0, count: personas)
      for (place, block) in blocks.enumerated() { own[block.persona] += numbers[order.map { $0[place] } ?? place] }
      for persona in 0..<personas where sizes[persona] > 0 { squares += own[persona] * own[persona] / sizes[persona] }
    case .products(let products):
      var members = [[Int]](repeating: [], count: personas)
      for (place, block) in blocks.enumerated() { members[block.persona].append(order.map { $0[place] } ?? place) }
      for persona in 0..<personas where sizes[persona] > 0 {
        var own = 0.0
        for i in members[persona] { for j in members[persona] { own += products[i, j] } }
        squares += own / sizes[persona]
      }
    }
    return squares
  }
}
