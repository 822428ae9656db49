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

  /// Of the conversations `read` of one granularity; nil if a class has no turns. Conversations in which the model was asked to be somebody
  /// are left out, where there are others.
  ///
  /// - Throws: `LinearAlgebraError`.
  init?(_ read: CappedConversations, _ granularity: CapGranularity, benign: Set<String>, _ run: some RunOptions) throws
  {
    let own = read.conversations.filter { $0.granularity == granularity }
    let unasked = own.filter(\.key.persona.isEmpty)
    let used = (unasked.isEmpty ? own : unasked).sorted { $0.key.precedes($1.key) }
    let classes = benign.isEmpty ? Classes.firstAgainstLast : .benignAgainstLast
    let places = read.layers.indices.filter { place in used.contains { !$0.layers[place].turns.isEmpty } }
    func isKept(_ turn: Int, _ talk: CappedConversation) -> Bool {
      classes == .benignAgainstLast ? benign.contains(talk.key.domain) : turn == 0 && talk.turnCount > 1
    }
    func isDrifted(_ turn: Int, _ talk: CappedConversation) -> Bool {
      !benign.contains(talk.key.domain) && talk.turnCount > 1 && turn == talk.turnCount - 1
    }
    func count(_ belongs: (Int, CappedConversation) -> Bool) -> Int {
      guard let place = places.first else { return 0 }
      return used.reduce(0) { sum, talk in sum + talk.layers[place].turns.count { belongs(Int($0), talk) } }
    }
    let (kept, drifted) = (count(isKept), count(isDrifted))
    guard kept > 0, drifted > 0 else { return nil }
    func moments(
      _ talk: CappedConversation, _ place: Int, _ belongs: (Int, CappedConversation) -> Bool
    ) -> LayerSeparation.Moments {
      let own = talk.layers[place]
      return own.turns.indices.filter { belongs(Int(own.turns[$0]), talk) }
        .reduce(.none) { $0.joined(own.moments($1)) }
    }
    let layers = places.map { place in
      used.map { talk in
        LayerSeparation.Conversation(kept: moments(talk, place, isKept), drifted: moments(talk, place, isDrifted))
      }
    }
    let (keys, numbers) = (used.map(\.key), places.map { read.layers[$0] })
    (self.granularity, self.classes, self.layers, self.kept, self.drifted) = (
      granularity, classes, numbers, kept, drifted
    )
    separation = try LayerSeparation(
      layers, names: keys.map { [$0.domain, $0.conversation] }, strata: keys.map(\.domain),
      replicates: run.replicates, seed: run.seed)
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
