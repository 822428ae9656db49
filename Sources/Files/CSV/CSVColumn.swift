/// A column of a table whose rows are made of `Row`: its name, what it means and its cell, declared together.
public struct CSVColumn<Row>: Sendable {
  /// Its name in the header.
  public let name: String
  /// What it means, in one sentence.
  public let meaning: String
  /// Its unit and range.
  public let unit: ColumnUnit
  /// Where its cells are empty, as a clause; "" where they never are.
  public let emptiness: String
  /// Its cell in the line of a row.
  package let cell: @Sendable (Row) -> CSVCell

  /// The column `name`, of cells that `cell` makes.
  package init(
    _ name: String, _ meaning: String, _ unit: ColumnUnit = .text, empty emptiness: String = "",
    _ cell: @escaping @Sendable (Row) -> CSVCell
  ) {
    (self.name, self.meaning, self.unit, self.emptiness, self.cell) = (name, meaning, unit, emptiness, cell)
  }
}

/// Lists columns one below the other, single ones and groups of them.
@resultBuilder package enum CSVColumns<Row> {
  package static func buildExpression(_ column: CSVColumn<Row>) -> [CSVColumn<Row>] { [column] }
  package static func buildExpression(_ columns: [CSVColumn<Row>]) -> [CSVColumn<Row>] { columns }
  package static func buildBlock(_ columns: [CSVColumn<Row>]...) -> [CSVColumn<Row>] { columns.flatMap(\.self) }
}
