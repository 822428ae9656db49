internal import Files
public import PersonaSpace
internal import Statistics

/// How far the simulation of a cap foretold what the capped model did.
public struct AgainstResult: Sendable {
  /// A layer: a row of `against.csv`.
  public struct Layer: Sendable {
    /// The layer.
    public let layer: Int
    /// Whether the model was capped behind it.
    public let isCapped: Bool
    /// The nearest capped layer before it; nil if there is none.
    public let origin: Int?
    /// The conversations, regenerations apart.
    public let conversations: Int
    /// The comparison.
    public let forecast: CapForecast
  }

  /// The cap.
  public let experiment: String
  /// Layer by layer.
  public let layers: [Layer]
  /// Whether a layer before the first cap shows that both dumps are of one text.
  public let isChecked: Bool
}

/// `against.csv`.
enum AgainstTable {
  static let schema = CSVSchema<AgainstResult.Layer> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("capped", "true where the model was capped behind this layer, else false.", .word) {
      .text($0.isCapped ? "true" : "false")
    }
    CSVColumn("conversations", "The conversations that both dumps have, regenerations apart.", .count) {
      .integer($0.conversations)
    }
    CSVColumn("turns", "Their turns.", .count) { .integer($0.forecast.turns) }
    estimateColumns(
      "measured", "Mean over turns of what the capped model moved them by.", .positionChange, empty: "there is no turn"
    ) { $0.forecast.measured }
    estimateColumns(
      "simulated", "The same of the simulation at this layer alone; 0 where it is not capped.", .positionChange,
      empty: "there is no turn"
    ) { $0.forecast.simulated }
    estimateColumns(
      "foretold", "simulated / measured: the share of the effect that the simulation foretells.", .number,
      empty: "measured is not told from 0"
    ) { $0.forecast.foretold }
    CSVColumn("origin", "The nearest capped layer before this one.", .layer, empty: "there is none") {
      .integer($0.origin)
    }
    estimateColumns(
      "arriving", "measured here over measured at origin, each in axis lengths of its layer.", .number,
      empty: "there is no origin, or what it moved is not told from 0"
    ) { $0.forecast.arriving }
    CSVColumn(
      "error", "Mean over turns of |measured − simulated|.", .positionSpread, empty: "there is no turn"
    ) { .number($0.forecast.error) }
    CSVColumn(
      "correlation", "Correlation of measured and simulated over turns.", .correlation, empty: "either is constant"
    ) { .number($0.forecast.correlation) }
  }

  static func table(_ layers: [AgainstResult.Layer]) -> CSVTable {
    schema.table { take in for layer in layers { try take(layer) } }
  }
}

/// Why a simulation cannot be held against a dump.
enum AgainstFault: FileFault, Equatable {
  case noRecord
  case cappedItself([Int])
  case noPositions
  case severalConditions
  case nothingCommon
  case otherText(tokens: Int, plain: Int)
  case differsBefore(layer: Int, by: Double)

  /// In axis lengths: what rounding to bfloat16 moves the mean of a turn by is a hundredth of it.
  static let sameness = 0.02

  var explanation: String {
    switch self {
    case .noRecord:
      "its manifest.json says nothing of a cap; dump it with dump_activations.py --cap, or say with --config FILE how it was capped"
    case .cappedItself(let layers):
      "by its manifest.json it was capped itself, at layers \(layers.map(String.init).joined(separator: ", ")); TURNS are to be without a cap"
    case .noPositions: "a bare axis has no positions to compare; make a space with `persona fit DUMP -o OUT`"
    case .severalConditions:
      "a conversation is there under several conditions, and which belongs to which is not known; give one condition"
    case .nothingCommon:
      "no conversation of TURNS is in it by name; dump the same transcripts with and without the cap"
    case .otherText(let tokens, let plain):
      "\(tokens) tokens, without the cap \(plain): it is another text; read the same transcripts with the cap. Of texts that the capped model wrote itself, persona drift --compare tells"
    case .differsBefore(let layer, let difference):
      "at layer \(layer), which no cap has touched, turns differ by \((difference * 1000).rounded() / 1000) axis lengths: it is another text, model or setting"
    }
  }
}
