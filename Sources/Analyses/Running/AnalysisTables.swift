internal import Files

/// Every table that the verbs write, from the declarations by which they are written.
public enum AnalysisTables {
  /// A column.
  public struct Column: Sendable, Equatable {
    /// Its name in the header.
    public let name: String
    /// What it means, in one line; empty where nothing was written yet.
    public let meaning: String
  }

  /// A table.
  public struct Table: Sendable, Equatable {
    /// The files that are such tables.
    public let files: [String]
    /// Its columns, in their order.
    public let columns: [Column]
  }

  /// The tables, in the order of the verbs. `roles.csv` has a column for each component that is kept, of which the first
  /// stands for all.
  public static let all: [Table] = [
    table(["layers.csv"], SpaceTables.layerSchema),
    table(["components.csv"], SpaceTables.componentSchema),
    table(["roles.csv"], SpaceRolesTable.schema(components: 1)),
    table(["nulls.csv"], SpaceTables.nullSchema),
    table(["groups.csv"], GroupTables.schema),
    table(["splits.csv"], SpaceTables.splitSchema),
    table(["traits.csv"], TraitTables.traitSchema),
    table(["trends.csv"], TraitTables.trendSchema),
    table([VectorsRun.countsName], CountsTable.schema),
    table(["turns.csv"], TurnTable.schema),
    table(["conversations.csv", "user_conversations.csv"], DriftTables.conversationSchema),
    table(["curves.csv", "user_curves.csv"], DriftTables.curveSchema),
    table(["superposition.csv"], DriftTables.superpositionSchema),
    table(["conditions.csv"], DriftTables.contrastSchema),
    table(["tether.csv"], TetherTables.tetherSchema),
    table(["drift.csv"], TetherTables.driftSchema),
    table(["cap_turns.csv"], CapTables.turnSchema),
    table(["caps.csv"], CapTables.capSchema),
    table(AgainstRun.outputs, AgainstTable.schema),
    table([StabilityRun.outputs[0]], StabilityTables.personaSchema),
    table([StabilityRun.outputs[1]], VarianceTable.schema),
    table(StabilityRun.responseOutputs, StabilityTables.responseSchema),
    table(StabilityRun.trendOutputs, StabilityTables.trendSchema),
    table(["comparison.csv"], ComparisonTables.measureSchema),
    table(["movers.csv"], ComparisonTables.moverSchema),
    table(PredictRun.outputs, PredictionTable.schema),
    table(PlanRun.outputs, PlanTable.schema),
  ]

  private static func table<Row>(_ files: [String], _ schema: CSVSchema<Row>) -> Table {
    Table(files: files, columns: schema.columns.map { Column(name: $0.name, meaning: $0.meaning) })
  }
}
