public import Files

/// Every table that the verbs write, from the declarations by which they are written.
public enum AnalysisTables {
  /// A column.
  public struct Column: Sendable, Equatable {
    /// Its name in the header.
    public let name: String
    /// What it means, in one sentence.
    public let meaning: String
    /// Its unit and range.
    public let unit: ColumnUnit
    /// Where its cells are empty, as a clause; "" where they never are.
    public let emptiness: String
  }

  /// A table.
  public struct Table: Sendable, Equatable {
    /// The files that are such tables.
    public let files: [String]
    /// The verb that writes it.
    public let verb: String
    /// What a row is.
    public let row: String
    /// Its columns, in their order.
    public let columns: [Column]
  }

  /// The tables, in the order of the verbs. `roles.csv` has a column for each component that is kept, of which the first
  /// stands for all; so does `cos_TRAIT` of `role_traits.csv`.
  public static let all: [Table] = spaces + turns + caps + personas + others

  private static let spaces = [
    table(["layers.csv"], "fit", "a layer", SpaceTables.layerSchema),
    table(["components.csv"], "fit", "a component of a layer", SpaceTables.componentSchema),
    table(["roles.csv"], "fit", "a role in a layer", SpaceRolesTable.schema(components: 1)),
    table(["nulls.csv"], "fit", "a kind of direction in a layer", SpaceTables.nullSchema),
    table(["groups.csv"], "fit", "a group of roles in a layer", GroupTables.schema),
    table(["splits.csv"], "fit", "a division of the responses in a layer", SpaceTables.splitSchema),
    table(["traits.csv"], "fit", "a trait and a direction in a layer", TraitTables.traitSchema),
    table(["role_traits.csv"], "fit", "a role in a layer", TraitTables.roleSchema(["TRAIT"])),
    table(["trends.csv"], "fit", "a layer", TraitTables.trendSchema),
    table(["components.csv"], "components", "a component of a layer", ComponentsTable.schema),
    table([VectorsRun.countsName], "vectors", "a role", CountsTable.schema),
  ]

  private static let turns = [
    table(["turns.csv"], "project", "a turn in a layer", TurnTable.schema),
    table(
      ["conversations.csv", "user_conversations.csv"], "drift", "a conversation in a layer",
      DriftTables.conversationSchema),
    table(["curves.csv", "user_curves.csv"], "drift", "a turn number of a group in a layer", DriftTables.curveSchema),
    table(
      ["superposition.csv"], "drift", "a turn number of a group in a layer", DriftTables.superpositionSchema),
    table(["conditions.csv"], "drift", "a measure of a group in a layer", DriftTables.contrastSchema),
    table(
      ["tether.csv"], "drift", "a group in a layer: a domain, condition and persona", TetherTables.tetherSchema),
    table(["drift.csv"], "drift", "a group in a layer", TetherTables.driftSchema),
  ]

  private static let caps = [
    table(["cap_turns.csv"], "cap", "a turn in a layer under a threshold", CapTables.turnSchema),
    table(["caps.csv"], "cap", "a threshold in a layer, at one granularity", CapTables.capSchema),
    table(["recommendation.csv"], "cap", "a half of the conversations", RecommendationTable.schema),
    table(["calibration.csv"], "cap", "a percentile in a layer", CapTables.calibrationSchema),
    table(["windows.csv"], "cap", "a layer, at one granularity", CapWindowTable.schema),
    table(["ranges.csv"], "cap", "a range of layers under a threshold, at one granularity", CapRangeTable.schema),
    table(AgainstRun.outputs, "cap --against", "a layer", AgainstTable.schema),
  ]

  private static let personas = [
    table([StabilityRun.outputs[0]], "stability", "a persona in a layer", StabilityTables.personaSchema),
    table([StabilityRun.outputs[1]], "stability", "a readout in a layer", VarianceTable.schema),
    table(StabilityRun.responseOutputs, "stability", "a response in a layer", StabilityTables.responseSchema),
    table(StabilityRun.trendOutputs, "stability", "a measure in a layer", StabilityTables.trendSchema),
  ]

  private static let others = [
    table(["comparison.csv"], "compare", "a measure of two spaces", ComparisonTables.measureSchema),
    table(["movers.csv"], "compare", "a role that two spaces have", ComparisonTables.moverSchema),
    table(PredictRun.outputs, "predict", "a model of what is predicted", PredictionTable.schema),
    table(PlanRun.outputs, "plan", "a number for a goal", PlanTable.schema),
  ]

  private static func table<Row>(_ files: [String], _ verb: String, _ row: String, _ schema: CSVSchema<Row>) -> Table {
    Table(
      files: files, verb: verb, row: row,
      columns: schema.columns.map {
        Column(name: $0.name, meaning: $0.meaning, unit: $0.unit, emptiness: $0.emptiness)
      })
  }
}
