internal import LinearAlgebra
internal import Statistics

extension SyntheticResponses {
  /// What was planted of a role in a layer, over questions, cells and runs, given its prompts.
  public struct Planted: Sendable {
    /// 1 − the mean of the adherence to the role's target, and its standard deviation, in the full space.
    public let resistance, instability: Double
    /// The same along the axis.
    public let axisResistance, axisInstability: Double
    /// The mean axis position.
    public let position: Double
    /// The variance of axis position over cells and runs that is A's.
    public let adherenceVariance: Double
  }

  /// What was planted of role `role` with the role vector `target` in `layer`.
  ///
  /// The target that a measurement has is the mean of the responses in which the role is played: the role vector, moved along the
  /// axis by the mean V of the role's prompts.
  public func planted(role: Int, target: [Double], layer index: Int) -> Planted {
    let layer = personas.layers[index]
    let level = personas.roles[role].level
    let (adoption, prompts, count) = (Self.adoptions[level - 1], prompts(role), Double(design.count))
    let average: Double = adoption.share + (1 - adoption.share) * adoption.fallback
    let mixture: Double = adoption.share * (1 - adoption.share) * square(1 - adoption.fallback)
    let variance: Double = mixture + square(adoption.adherenceDeviation)
    // Of prompts that are given, the variance over the responses (ddof 1) is n / (n − 1) times that over the prompts.
    let bessel: Double = count / (count - 1)
    let shift: Double = prompts.reduce(0, +) / Double(prompts.count)
    var effects = 0.0
    for prompt in prompts { effects += square(prompt - shift) / Double(prompts.count) * bessel }
    for source in [ResponseDesign.Source.question, .cell, .run] { effects += square(Self.effects[source] ?? 0) }
    let way = difference(target, personas.assistant(layer: index))
    let along = dotProduct(way, layer.axis)
    let move = shift * layer.norm
    // The way to the target as it is measured, w′ = w + move · v, and what A and the effects are along it.
    let squared = dotProduct(way, way) + 2 * move * along + move * move
    let ofAdherence = (dotProduct(way, way) + move * along) / squared
    let ofEffects = layer.norm * (along + move) / squared
    let full = average * ofAdherence + shift * ofEffects
    let place = (along + move) / layer.norm
    let step = along / layer.norm
    let flat = (average * step + shift) / place
    return Planted(
      resistance: 1 - full,
      instability: (variance * ofAdherence * ofAdherence + effects * ofEffects * ofEffects).squareRoot(),
      axisResistance: 1 - flat,
      axisInstability: ((variance * step * step + effects) / (place * place)).squareRoot(),
      position: 1 + average * step + shift,
      adherenceVariance: variance * step * step)
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
    for own in planted { within += own.adherenceVariance / Double(planted.count) }
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
