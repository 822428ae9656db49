internal import Analyses

/// What `components` and `merge` print: the components of the middle layer, and of all layers the first.
struct ComponentsReport {
  private static let most = 20

  let text: String

  init(_ result: ComponentsResult) {
    let shown = result.layers[result.layers.count / 2]
    var lines = [Self.heading(shown, of: result)]
    var table = TextTable(["component", "variance", "share", "together", "residual"])
    var sum = 0.0
    for (place, variance) in shown.variances.enumerated() {
      sum += variance
      if place < Self.most {
        table.append([
          "\(place + 1)", Self.number(variance), percent(variance / shown.totalVariance),
          percent(sum / shown.totalVariance), Self.number(shown.residuals[place]),
        ])
      }
    }
    lines.append(table.text())
    if shown.variances.count > Self.most {
      lines.append("  \(shown.variances.count - Self.most) more in components.csv")
    }
    let short = result.layers.filter { $0.variances.count < result.wanted }
    if let first = short.first {
      lines.append(
        "Layer \(first.layer)\(short.count > 1 ? " and \(short.count - 1) more" : ""): only \(counted(first.variances.count, "component")) "
          + "of \(result.wanted) have variance beyond rounding")
    }
    let skipped = result.layers.map(\.skipped).max() ?? 0
    if skipped > 0 {
      lines.append("Rows left out for values that are not finite, or for zeros: up to \(skipped) a layer")
    }
    text = lines.joined(separator: "\n")
  }

  private static func heading(_ shown: ComponentsResult.Layer, of result: ComponentsResult) -> String {
    let way =
      switch shown.solver {
      case .covariance, .auto: "from the covariance matrix, one pass"
      case .randomized: "randomized, \(counted(shown.passes, "pass").replacing("passs", with: "passes"))"
      case .dual: "from the inner products of the rows"
      }
    let reason = result.reason.isEmpty ? "" : " (\(result.reason))"
    let others = result.layers.count > 1 ? ", of \(result.layers.count) layers; components.csv has all" : ""
    return
      "Components of \(shown.rows) rows of \(shown.hiddenSize) dimensions at layer \(shown.layer)\(others)\nFound \(way)\(reason)"
  }

  /// Three digits.
  private static func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "–" }
    return abs(value) >= 0.01 && abs(value) < 1e6 ? fixed(value, abs(value) < 10 ? 3 : 1) : scientific(value)
  }
}

/// What `components --json` prints.
struct ComponentsSummary: Encodable {
  struct Layer: Encodable {
    let layer, rows, rowsLeftOut, passes: Int
    let solver: String
    let totalVariance: Double
    let variance, residual: [Double]
  }

  let layers: [Layer]
  let reason: String

  init(_ result: ComponentsResult) {
    reason = result.reason
    layers = result.layers.map {
      Layer(
        layer: $0.layer, rows: $0.rows, rowsLeftOut: $0.skipped, passes: $0.passes, solver: $0.solver.rawValue,
        totalVariance: $0.totalVariance, variance: $0.variances, residual: $0.residuals)
    }
  }
}

/// What `components --part --json` prints.
struct PartSummary: Encodable {
  let part, parts, rows: Int
  let file: String
  let layers: [Int]

  init(_ result: PartResult) {
    (part, parts, rows) = (result.part.number, result.part.count, result.rows)
    (file, layers) = (result.file, result.layers)
  }
}
