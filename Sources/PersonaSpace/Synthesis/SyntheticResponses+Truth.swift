internal import LinearAlgebra
internal import Statistics

extension SyntheticResponses {
  /// What was planted of a role in a layer, over questions, cells and runs, given its prompts.
  public struct Planted: Sendable {
    /// The share of responses in which the role is not played.
    public let resistance: Double
    /// The standard deviation of the others along the way from the default to the role, in axis lengths; and that of the default's own.
    public let instability, floor: Double
    /// The length of the way, in axis lengths.
    public let distance: Double
    /// The mean axis position.
    public let position: Double
    /// The variance of axis position over cells and runs that is A's.
    public let placeVariance: Double
  }

  /// What was planted of role `role` with the role vector `target` in `layer`. Questions have the same effect on the default, and
  /// are not counted.
  public func planted(role: Int, target: [Double], layer index: Int) -> Planted {
    let layer = personas.layers[index]
    let level = personas.roles[role].level
    let (adoption, prompts) = (Self.adoptions[level - 1], prompts(role))
    let shift = mean(of: prompts)
    let way = difference(target, personas.assistant(layer: index))
    let (length, along) = (euclideanNorm(way) / layer.norm, dotProduct(way, layer.axis) / layer.norm)
    let cosine = along / length
    var (effects, own) = (0.0, 0.0)
    for source in [ResponseDesign.Source.cell, .run] { effects += square(Self.effects[source] ?? 0) }
    // Of prompts that are given, not of those that might have been.
    for prompt in prompts { own += square(prompt - shift) / Double(prompts.count) }
    let others = assistantPrompts()
    let ofDefault = others.reduce(0) { $0 + square($1 - mean(of: others)) / Double(others.count) }
    let step: Double = along * along
    let variance: Double = adoption.share * (1 - adoption.share) + adoption.share * square(adoption.wobble)
    return Planted(
      resistance: 1 - adoption.share,
      instability: (square(adoption.wobble * length) + (effects + own) * cosine * cosine).squareRoot(),
      floor: ((effects + ofDefault) * cosine * cosine).squareRoot(),
      distance: length, position: 1 + adoption.share * along + shift, placeVariance: variance * step)
  }

  /// The variance of axis position by source in a layer: of the roles' means without their prompts (ddof 1), and of the effects.
  /// What A adds within a role is a run's; drawn for each response, it counts there as its mean over roles.
  public func variances(of planted: [Planted]) -> [ResponseDesign.Source: Double] {
    var means: [Double] = []
    for (role, own) in planted.enumerated() {
      means.append(own.position - prompts(role).reduce(0, +) / Double(design.prompts))
    }
    let average = mean(of: means)
    var (between, within) = (0.0, 0.0)
    for value in means { between += square(value - average) / Double(max(means.count - 1, 1)) }
    for own in planted { within += own.placeVariance / Double(planted.count) }
    var variances = Self.effects.mapValues(square)
    variances[.persona] = between
    variances[.run, default: 0] += within
    return variances
  }

  /// The one-way components that these variances give `personas` roles, on average.
  public func components(_ variances: [ResponseDesign.Source: Double], personas: Int) -> VarianceComponents {
    var cells: [ResponseDesign.Cell] = []
    for persona in 0..<personas {
      for prompt in 0..<design.prompts {
        cells += (0..<design.questions).map {
          .init(persona: persona, prompt: persona * design.prompts + prompt, question: $0, count: design.runs)
        }
      }
    }
    let full = ResponseDesign(cells)
    var variances = variances
    // What the design does not tell apart is one.
    if !full.sources.contains(.cell) { variances[.run, default: 0] += variances[.cell] ?? 0 }
    if !full.sources.contains(.prompt) { variances[.persona, default: 0] += variances[.prompt] ?? 0 }
    // What the sums of squares of personas, and of responses, have on average.
    func expected(_ row: ResponseDesign.Source) -> Double {
      zip(full.sources, full.expectations(of: row)).reduce(0) { $0 + (variances[$1.0] ?? 0) * $1.1 }
    }
    let (between, all) = (expected(.persona), expected(.run))
    return VarianceComponents(sizes: full.personaSizes, between: between, within: all - between)
  }
}

private func square(_ x: Double) -> Double { x * x }
