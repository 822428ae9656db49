internal import Analyses
internal import Dumps
internal import PersonaSpace
internal import Statistics

/// What `fit --json` prints.
struct FitSummary: Encodable {
  struct Layer: Encodable {
    let layer: Int
    let axisNorm, cosAxisPC1, randomNull95, defaultPercentile, defaultRelative: Double?
    let pc1VarianceRatio: Double
    let cosAxisPC1Low, cosAxisPC1High, pc1VarianceRatioLow, pc1VarianceRatioHigh: Double?
    let componentsAboveChance: Int?
    let massiveDimensions: [Int]
    let nulls: [Null]
    let levelTrend: Trend?
    let splits: [Split]
    let verdict, evidence, whatWouldDecide: String?
    let cosAxisPC1WithoutMassive: Double?
    let massiveCarries: Bool?
    let cosAxisPC1GroupsLow, cosAxisPC1GroupsHigh: Double?
    let verdictGroups: String?
    let carryingGroups: [String]?
  }

  struct Null: Encodable {
    let null: String
    let null95, p: Double
  }

  struct Trend: Encodable {
    let spearman, spearmanP, jonckheere, jonckheereP: Double?
    let spearmanLow, spearmanHigh: Double?
  }

  struct Split: Encodable {
    let split: String
    let cosAxis, cosPC1, positionSpearman, cosAxisPC1Across: Double?
  }

  let roles, hiddenSize: Int
  let skipped: [String]
  let layers: [Layer]
  let verdict: String?
  let recommendedLayer: Int?
  let recommendation: String?
  let changingGroups: [String]

  init(_ fit: FitResult) {
    (roles, hiddenSize, skipped) = (fit.roles.count, fit.hiddenSize, fit.skipped)
    verdict = fit.verdict?.rawValue
    changingGroups = fit.changingGroups.map(\.name)
    let choice = fit.choice
    (recommendedLayer, recommendation) = (choice.map { fit.layers[$0.index] }, choice?.words)
    layers = zip(fit.layers, fit.spaces).enumerated().map { index, pair in
      let (layer, space) = pair
      let assistant = space.assistant
      return Layer(
        layer: layer, axisNorm: assistant?.axis.norm, cosAxisPC1: assistant?.componentCosines[0],
        randomNull95: assistant?.randomNull, defaultPercentile: assistant?.extremity.percentile,
        defaultRelative: assistant.flatMap { $0.extremity.relative.isFinite ? $0.extremity.relative : nil },
        pc1VarianceRatio: space.components.varianceRatio[0],
        cosAxisPC1Low: space.uncertainty?.bootstrap?.cosine?.low,
        cosAxisPC1High: space.uncertainty?.bootstrap?.cosine?.high,
        pc1VarianceRatioLow: space.uncertainty?.bootstrap?.varianceRatio?.low,
        pc1VarianceRatioHigh: space.uncertainty?.bootstrap?.varianceRatio?.high,
        componentsAboveChance: space.uncertainty?.parallel.components,
        massiveDimensions: space.massive.massive(of: fit.hiddenSize).map(\.index),
        nulls: (space.uncertainty?.nulls ?? []).map {
          Null(null: $0.kind.rawValue, null95: $0.quantile, p: $0.probability)
        },
        levelTrend: fit.trends.isEmpty ? nil : Trend(fit.trends[index]),
        splits: fit.splits.map { Split($0, index) }, verdict: assistant?.verdict.outcome.rawValue,
        evidence: assistant?.verdict.evidence.words,
        whatWouldDecide: assistant.flatMap {
          $0.verdict.evidence.remedy?.words(
            roles: $0.verdict.evidence.roles, cosine: $0.verdict.evidence.cosine)
        },
        cosAxisPC1WithoutMassive: known(space.withoutMassive?.cosine),
        massiveCarries: assistant?.verdict.evidence.massiveCarries,
        cosAxisPC1GroupsLow: assistant?.groupVerdict?.influence.cosine?.low,
        cosAxisPC1GroupsHigh: assistant?.groupVerdict?.influence.cosine?.high,
        verdictGroups: assistant?.groupVerdict?.outcome?.rawValue,
        carryingGroups: assistant?.groupVerdict?.carriers.map(\.axis.name))
    }
  }
}

extension FitSummary.Trend {
  init(_ trend: LevelTrend) {
    (spearman, spearmanP) = (known(trend.spearman), known(trend.spearmanProbability))
    (jonckheere, jonckheereP) = (known(trend.jonckheere), known(trend.jonckheereProbability))
    (spearmanLow, spearmanHigh) = (trend.interval?.low, trend.interval?.high)
  }
}

extension FitSummary.Split {
  init(_ split: ResponseSplit, _ layer: Int) {
    let halves = split.layers[layer]
    self.split = split.division.rawValue
    (cosAxis, cosPC1, cosAxisPC1Across) = (halves?.axisCosine, halves?.componentCosine, halves?.acrossCosine)
    positionSpearman = halves.flatMap { $0.positionSpearman.isFinite ? $0.positionSpearman : nil }
  }
}
