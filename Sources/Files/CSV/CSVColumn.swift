/// A column of a table whose rows are made of `Row`: its name and its cell, declared together.
public struct CSVColumn<Row>: Sendable {
  /// Its name in the header.
  public let name: String
  /// What it means, in one line; empty where nothing was written yet.
  public let meaning: String
  /// Its cell in the line of a row.
  package let cell: @Sendable (Row) -> CSVCell

  /// The column `name`, of cells that `cell` makes.
  package init(_ name: String, _ meaning: String = "", _ cell: @escaping @Sendable (Row) -> CSVCell) {
    (self.name, self.meaning, self.cell) = (name, meaning, cell)
  }

  /// The same column of rows that hold a `Row`.
  package func of<Outer>(_ row: @escaping @Sendable (Outer) -> Row) -> CSVColumn<Outer> {
    CSVColumn<Outer>(name, meaning) { [cell] in cell(row($0)) }
  }

  /// The same column under its name with `prefix` before it.
  package func prefixed(_ prefix: String) -> CSVColumn { CSVColumn(prefix + name, meaning, cell) }
}

/// Lists columns one below the other, single ones and groups of them.
@resultBuilder package enum CSVColumns<Row> {
  package static func buildExpression(_ column: CSVColumn<Row>) -> [CSVColumn<Row>] { [column] }
  package static func buildExpression(_ columns: [CSVColumn<Row>]) -> [CSVColumn<Row>] { columns }
  package static func buildBlock(_ columns: [CSVColumn<Row>]...) -> [CSVColumn<Row>] { columns.flatMap(\.self) }
}
