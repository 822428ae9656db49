internal import Dumps
internal import Files
public import PersonaSpace
internal import Statistics

/// Which layers tell what should be left alone from what has drifted: the window to cap in.
public struct CapWindow: Sendable {
  /// Who the two are.
  public enum Classes: String, Sendable, Encodable {
    /// Turns of benign domains, and last turns of the others.
    case benignAgainstLast = "benign_last"
    /// First and last turns of the same conversations, where no domain is said to be benign.
    case firstAgainstLast = "first_last"
  }

  /// What was compared.
  public let granularity: CapGranularity
  /// Who was compared.
  public let classes: Classes
  /// The layers.
  public let layers: [Int]
  /// The turns of each class.
  public let kept, drifted: Int
  /// The comparison, layer by layer.
  public let separation: LayerSeparation

  /// The layers of the window; nil where none is shown to separate.
  public var window: [Int]? { separation.window.map { $0.map { layers[$0] } } }
  /// The best layer.
  public var best: Int? { separation.best.map { layers[$0] } }

  /// Of `rows` of one granularity, under any one threshold; nil if a class has no turns. Conversations in which the model was asked to
  /// be somebody are left out, where there are others.
  ///
  /// - Throws: `LinearAlgebraError`.
  init?(_ rows: [CapTurn], _ granularity: CapGranularity, benign: Set<String>, _ run: some RunOptions) throws {
    let own = rows.filter { $0.granularity == granularity }
    let unasked = own.filter(\.key.persona.isEmpty)
    // One threshold a layer: turns are the same under each.
    let first = Dictionary(own.map { ($0.layer, $0.threshold) }) { first, _ in first }
    let used = (unasked.isEmpty ? own : unasked).filter { $0.threshold == first[$0.layer] }
    let classes = benign.isEmpty ? Classes.firstAgainstLast : .benignAgainstLast
    let byLayer = Dictionary(grouping: used, by: \.layer)
    let numbers = byLayer.keys.sorted()
    let keys = Set(used.map(\.key)).sorted { $0.precedes($1) }
    func isKept(_ turn: CapTurn) -> Bool {
      classes == .benignAgainstLast ? benign.contains(turn.key.domain) : turn.turn == 0 && turn.turnCount > 1
    }
    func isDrifted(_ turn: CapTurn) -> Bool {
      !benign.contains(turn.key.domain) && turn.turnCount > 1 && turn.turn == turn.turnCount - 1
    }
    let kept = (byLayer[numbers.first ?? 0] ?? []).count(where: isKept)
    let drifted = (byLayer[numbers.first ?? 0] ?? []).count(where: isDrifted)
    guard kept > 0, drifted > 0 else { return nil }
    let layers = numbers.map { layer in
      let turns = Dictionary(grouping: byLayer[layer] ?? [], by: \.key)
      return keys.map { key in
        let own = turns[key] ?? []
        return LayerSeparation.Conversation(
          kept: own.filter(isKept).reduce(.none) { $0.joined($1.moments) },
          drifted: own.filter(isDrifted).reduce(.none) { $0.joined($1.moments) })
      }
    }
    (self.granularity, self.classes, self.layers, self.kept, self.drifted) = (
      granularity, classes, numbers, kept, drifted
    )
    separation = try LayerSeparation(
      layers, names: keys.map { [$0.domain, $0.conversation] }, strata: keys.map(\.domain),
      replicates: run.replicates, seed: run.seed)
  }
}

extension CapTurn {
  /// The projections of its tokens; of a turn's mean that one.
  var moments: LayerSeparation.Moments {
    let count = tokens ?? 1
    return .init(count: count, mean: capped.before, squares: capped.variance * Double(count))
  }
}

/// `windows.csv`.
enum CapWindowTable {
  struct Row {
    let window: CapWindow
    let place: Int
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.window.layers[$0.place]) }
    CSVColumn("granularity", "token: projections of tokens; turn: of turns' means.", .word) {
      .text($0.window.granularity.rawValue)
    }
    CSVColumn(
      "classes",
      "benign_last: turns of benign domains against last turns of the others; first_last: first against last turns.",
      .word
    ) { .text($0.window.classes.rawValue) }
    CSVColumn("kept_turns", "Turns that a cap should leave alone.", .count) { .integer($0.window.kept) }
    CSVColumn("drifted_turns", "Turns at the end of conversations that may drift.", .count) {
      .integer($0.window.drifted)
    }
    estimateColumns(
      "separation",
      "Cohen's d of the projections of the two, positive where the drifted lie away from the Assistant.", .number,
      empty: "neither varies"
    ) { $0.window.separation.separations[$0.place] }
    estimateColumns(
      "relative", "separation over that of the best layer, on the half of the conversations that tests.", .number,
      empty: "no layer is shown to separate"
    ) { $0.window.separation.relative[$0.place] }
    CSVColumn(
      "window", "true of the layers about the best that are shown to separate at least 0.8 as well, else false.", .word
    ) { .text($0.window.separation.window?.contains($0.place) ?? false ? "true" : "false") }
  }

  static func table(_ windows: [CapWindow]) -> CSVTable {
    schema.table { take in
      for window in windows { for place in window.layers.indices { try take(Row(window: window, place: place)) } }
    }
  }
}
