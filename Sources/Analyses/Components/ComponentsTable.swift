internal import Dumps
internal import Files

/// The table `components.csv` of `persona components`: in the columns of that of `persona fit`, and what is said of the search behind them.
enum ComponentsTable {
  struct Row {
    let found: LayerComponents
    let index: Int
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.found.layer) }
    CSVColumn("component", "Its number, from 1.", .rank) { .integer($0.index + 1) }
    CSVColumn("variance", "The variance of the rows along it, over rows − 1.", .squaredLength) {
      .number($0.found.variances[$0.index])
    }
    CSVColumn("variance_ratio", "Its share of the variance of all dimensions.", .share) {
      .number($0.found.variances[$0.index] / $0.found.totalVariance)
    }
    CSVColumn("cumulative_ratio", "The share of it and those before it.", .share) { row in
      .number(row.found.variances[...row.index].reduce(0, +) / row.found.totalVariance)
    }
    CSVColumn("cos_axis", "Its cosine with the axis.", .cosine, empty: "there is no axis: always") { _ in .empty }
    CSVColumn("default_score", "The default's score along it.", .projection, empty: "there is no default: always") {
      _ in
      .empty
    }
    CSVColumn(
      "residual",
      "|C v − λ v| / λ, with C the covariance matrix: the variance is off by at most this share. Of covariance with what rounding adds.",
      .ratio
    ) { .number($0.found.residuals[$0.index]) }
    CSVColumn("rows", "The rows that went in.", .count) { .integer($0.found.rows) }
    CSVColumn("rows_left_out", "The rows with values that are not finite, or of nothing but zeros.", .count) {
      .integer($0.found.skipped)
    }
    CSVColumn("solver", "covariance, randomized or dual.", .word) { .text($0.found.solver.rawValue) }
    CSVColumn("passes", "The passes over the rows.", .count) { .integer($0.found.passes) }
  }

  static func table(_ layers: [LayerComponents]) -> CSVTable {
    schema.table { take in
      for found in layers { for index in found.variances.indices { try take(Row(found: found, index: index)) } }
    }
  }
}
