internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

/// The measuring of some layer rows of all personas, which one task does, persona after persona: the bits depend neither on
/// threads nor on how layers are divided.
///
/// Each response is read twice: once for the means, and once, about these, for everything else. The second time it mostly comes
/// from the page cache.
struct StabilitySlice {
  /// What one persona gave.
  struct Outcome: Sendable {
    let origin: StabilityResult.Persona.Origin
    let targetCount: Int?
    let leavesOneOut: Bool
    let reason: String?
    /// One reading a row.
    let readings: [PersonaReading?]
    /// The keys of the responses and their type, and the digest of the elements of each row.
    let described: String
    let digests: [String]
    /// The lines of the table of responses, one text a row; empty if they are not wanted.
    let lines: [String]
  }

  let plan: StabilityPlan
  let targets: PersonaTargets?
  let options: StabilityOptions
  let shuffle: PersonaShuffle?
  let keepsPrompts: Bool
  let rows: Range<Int>
  let layers: [Int]
  let frames: [ReadoutFrame]
  private var weights: Matrix?

  init(
    _ plan: StabilityPlan, _ targets: PersonaTargets?, _ options: StabilityOptions, shuffle: PersonaShuffle?,
    keepsPrompts: Bool, rows: Range<Int>, layers: [Int], frames: [ReadoutFrame]
  ) {
    (self.plan, self.targets, self.options, self.shuffle) = (plan, targets, options, shuffle)
    (self.keepsPrompts, self.rows, self.layers, self.frames) = (keepsPrompts, rows, layers, frames)
  }

  /// Measures every persona, and the variance in each layer; `done` is called after each persona.
  mutating func run(
    done: () -> Void
  ) throws -> (outcomes: [Outcome], variances: [[(readout: String, variance: PersonaVariance)]]) {
    var sums = frames.map {
      LayerVariance($0, design: plan.design, shuffle: shuffle, keepsPrompts: keepsPrompts)
    }
    let outcomes = try plan.personas.map { persona in
      defer { done() }
      return try measure(persona, &sums)
    }
    guard plan.varianceReason == nil else { return (outcomes, sums.map { _ in [] }) }
    let drawn = resamples(of: plan.personas.count, .roles)
    return (outcomes, try sums.map { try $0.variances(weights: drawn) })
  }

  private mutating func measure(_ persona: StabilityPlan.Persona, _ sums: inout [LayerVariance]) throws -> Outcome {
    let responses = try PersonaResponses(
      persona.source, options, isScored: plan.isScored, shape: plan.shape, reference: plan.reference,
      excluded: persona.excluded)
    guard responses.isWanted == persona.isWanted else {
      throw FileError(path: persona.source.path, fault: AccessFault.changed)
    }
    let all = responses.responses
    func means(_ isWanted: Bool) throws -> [[Double]]? {
      let some = zip(all, persona.isWanted).filter { $1 == isWanted }.map(\.0)
      return try some.isEmpty
        ? nil : ResponseMoments(some, of: responses.file, rows: rows, layers: layers).means
    }
    let (wanted, others) = (try means(true), try means(false))
    let total = Self.joined(wanted, others, share: Double(all.count - persona.wanted) / Double(all.count))
    let target = try target(of: persona, wanted: wanted, total: total)
    var scatters = frames.enumerated().map { row, frame in
      PersonaScatter(
        frame, layout: persona.layout, mean: total[row],
        target: target.vectors.map { target.isScaled ? $0[row] : $0[row].scaled(by: frame.factors) })
    }
    let digests = try read(responses, into: &scatters, &sums)
    try responses.file.file.checkUnchanged()
    let drawn = resamples(of: persona.layout.clusterCount, .responses)
    var (readings, lines) = ([PersonaReading?](), [String]())
    for (row, scatter) in scatters.enumerated() {
      sums[row].add(scatter)
      readings.append(
        scatter.hasTarget
          ? try scatter.reading(isMember: target.isMember, weights: drawn, cutoffs: options.cutoffs) : nil)
      if options.listsResponses {
        lines.append(
          StabilityTables.responses(
            layers[row], persona.source.role, keys: all.map(\.key), isWanted: persona.isWanted,
            isMember: target.isMember, scatter.scores(isMember: target.isMember), hasTarget: scatter.hasTarget))
      }
    }
    return Outcome(
      origin: target.origin, targetCount: target.count, leavesOneOut: target.isMember.contains(true),
      reason: target.reason, readings: readings,
      described: all.map(\.key).joined(separator: "\n") + "\n\(responses.file.elementType?.rawValue ?? "mixed")",
      digests: digests, lines: lines)
  }

  /// Adds every response to the scatter of each row, and gives the digests of the elements of the rows.
  private func read(
    _ responses: PersonaResponses, into scatters: inout [PersonaScatter], _ sums: inout [LayerVariance]
  ) throws -> [String] {
    let reader = SliceReader(responses.file, rows)
    let (all, d) = (responses.responses, responses.file.hiddenSize)
    let type = Self.type(reader.encoding)
    let digests = RowDigests(rows: rows.count, rowBytes: reader.rowBytes)
    // Read before, for the means: what of it the system still has need not be asked for.
    try reader.forEachGroup(of: all, ahead: nil) { _, group, bytes in
      digests.add(bytes, responses: group.count)
      let values = type.decode(bytes)
      for row in scatters.indices {
        try scatters[row].add(
          values, from: row * d, stride: rows.count * d, rows: group.count, questionSums: &sums[row].questionSums)
      }
    }
    for row in scatters.indices { scatters[row].finish() }
    return digests.texts
  }

  private static func type(_ encoding: ElementEncoding) -> ElementType {
    switch encoding {
    case .bfloat16: .bfloat16
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The mean of all from that of those wanted and that of the others, who are `share` of all.
  private static func joined(_ wanted: [[Double]]?, _ others: [[Double]]?, share: Double) -> [[Double]] {
    guard let wanted else { return others ?? [] }
    guard let others else { return wanted }
    return zip(wanted, others).map { a, b in a.indices.map { a[$0] + share * (b[$0] - a[$0]) } }
  }

  private struct Chosen {
    var vectors: [[Double]]?
    var isScaled = false
    var origin = StabilityResult.Persona.Origin.none
    var count: Int?
    var isMember: [Bool]
    var reason: String?
  }

  /// The target of a persona, and which of its responses are in it.
  private func target(of persona: StabilityPlan.Persona, wanted: [[Double]]?, total: [[Double]]) throws -> Chosen {
    let none = persona.isWanted.map { _ in false }
    guard let targets else {
      guard let wanted, persona.wanted >= max(plan.minimum, 2) else {
        let scores = options.filter.scores.map { $0.sorted().map(String.init).joined(separator: " or ") } ?? ""
        let kind = plan.isScored ? "of score \(scores)" : "in all"
        return Chosen(
          isMember: none,
          reason: "no target: \(counted(persona.wanted, "response")) \(kind), \(max(plan.minimum, 2)) needed")
      }
      return Chosen(vectors: wanted, origin: .own, count: persona.wanted, isMember: persona.isWanted)
    }
    guard let found = try targets.target(of: persona.source.role, layers: layers, minimum: plan.minimum) else {
      return Chosen(isMember: none, reason: "no target of this name, or of too few responses, among the targets")
    }
    let factors = frames.map(\.factors)
    // A target that is the mean of the very responses must not be what these are measured against.
    for (means, isMember) in [(wanted, persona.isWanted), (total, none.map { _ in true })] {
      let count = isMember.count(where: \.self)
      if let means, count > 1, found.isEqual(to: means, factors: factors) {
        return Chosen(vectors: means, origin: origin(targets), count: count, isMember: isMember)
      }
    }
    return Chosen(
      vectors: found.vectors, isScaled: found.isScaled, origin: origin(targets), count: found.count, isMember: none)
  }

  private func origin(_ targets: PersonaTargets) -> StabilityResult.Persona.Origin {
    targets.areResponses ? .responses : options.target == .space ? .space : .vectors
  }

  /// How often each of `size` things is in each bootstrap sample; nil if there are none.
  private mutating func resamples(of size: Int, _ purpose: SeededGenerator.Purpose) -> Matrix? {
    guard options.replicates > 0 else { return nil }
    if purpose == .responses, let weights, weights.columns == size { return weights }
    let samples = Resamples(of: size, count: options.replicates, seed: options.seed, purpose: purpose)
    var elements: [Double] = []
    elements.reserveCapacity(options.replicates * size)
    for index in 0..<options.replicates { elements += samples.counts(index) }
    let drawn = Matrix(rows: options.replicates, columns: size, elements: elements)
    if purpose == .responses { weights = drawn }
    return drawn
  }
}
