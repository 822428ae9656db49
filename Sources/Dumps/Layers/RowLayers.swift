/// Which layer each row of a tensor is, and what said so.
package struct RowLayers: Sendable, Equatable {
  /// What the rows are of, on which it depends what they may be if nothing numbers them.
  package enum Subject: Sendable, Equatable {
    /// Role vectors or responses of a dump: they are counted from 0.
    case dump
    /// Turns or responses to be read in a space: nothing else can be told of them.
    case measured
    /// Targets of personas, in the same way; no option numbers their rows.
    case targets
    /// Traits beside roles: all layers of a model of which the roles have some, where something numbers the roles' layers.
    case traits(rolesAreNumbered: Bool)
    /// Embeddings of messages: one row is the layer that is wanted, several are counted from 0.
    case embeddings(layer: Int)
    /// Directions of a control vector, which a model is steered with: nothing is guessed.
    case directions
    /// An axis that comes without its space: several rows are counted from 0, one could be of any layer.
    case axis

    /// The option by which a user numbers the rows.
    var option: String {
      switch self {
      case .traits: return "--trait-row-layers"
      case .axis: return "--axis-layers"
      default: return "--row-layers"
      }
    }
  }

  /// What decided the numbers, the strongest first.
  package enum Evidence: Sendable, Equatable {
    /// An option.
    case option
    /// The manifest of the dump, or what the metadata of a file say in its place.
    case manifest
    /// What they are read with, a space or the roles, has as many rows.
    case companion
    /// Nothing: they are what is usual.
    case order
  }

  /// The number of each row: the residual stream after block l is layer l, the embedding −1.
  package let numbers: [Int]
  /// What they were decided by.
  package let evidence: Evidence
  private let subject: Subject

  /// Numbers `rows` rows of `subject`.
  ///
  /// - Parameters:
  ///   - given: what the subject's option says; nil without it.
  ///   - manifest: what the dump or the file says.
  ///   - companion: the layers of the rows of the space, or of the roles, that they are read with; nil without any.
  /// - Throws: `LayerFault` if what decides numbers another count of rows, a layer twice or one that no model has, or if
  ///   nothing decides and nothing is usual.
  package init(
    _ rows: Int, of subject: Subject, given: LayerSelection? = nil, manifest: Manifest = Manifest(),
    companion: [Int]? = nil
  ) throws {
    self.subject = subject
    if let given = given?.numbers {
      (numbers, evidence) = (try Self.checked(given, rows: rows, source: subject.option), .option)
    } else if manifest.numbersLayers {
      (numbers, evidence) = (try Self.numbers(rows, by: manifest), .manifest)
    } else if let companion, companion.count == rows {
      // A count that fits only some of the layers could be any of them: the last of a model, often.
      (numbers, evidence) = (companion, .companion)
    } else {
      (numbers, evidence) = (try Self.usual(rows, subject, companion ?? []), .order)
    }
  }

  /// What the layers are if nothing says it.
  private static func usual(_ rows: Int, _ subject: Subject, _ companion: [Int]) throws -> [Int] {
    switch subject {
    // As a manifest that says nothing.
    case .dump: return try numbers(rows, by: Manifest())
    case .measured: throw LayerFault.unknownRows(rows: rows, expected: companion)
    case .targets: throw LayerFault.unknownTargetRows(rows, expected: companion)
    case .traits(let rolesAreNumbered):
      guard rolesAreNumbered else { throw LayerFault.unnumberedRoles(rows, roles: companion.count) }
      // One row more than the roles have could be the embedding.
      guard rows > (companion.max() ?? 0), rows != companion.count + 1 else {
        throw LayerFault.unknownTraitRows(rows, roles: companion)
      }
    case .embeddings(let layer): if rows == 1 { return [layer] }
    case .directions: throw rows == 1 ? LayerFault.oneVector : .unknownDirections(rows)
    case .axis: if rows == 1 { throw LayerFault.oneAxis }
    }
    return Array(0..<rows)
  }

  /// The block numbers that a manifest gives to rows.
  private static func numbers(_ rows: Int, by manifest: Manifest) throws -> [Int] {
    let numbers = try checked(manifest.layers ?? Array(0..<rows), rows: rows, source: "manifest.json")
    guard manifest.layerConvention == .hiddenStates else { return numbers }
    // Its own numbering counts from the embedding, 0.
    if let negative = numbers.first(where: { $0 < 0 }) {
      throw LayerFault.notALayer(negative, source: "manifest.json, in the numbering of hidden_states (embedding 0),")
    }
    return numbers.map { $0 - 1 }
  }

  /// What a user should know of layers that nothing numbered; nil if something did, or a fault would have told.
  package var note: String? {
    guard evidence == .order else { return nil }
    switch subject {
    case .dump: return "no manifest numbers the layers: \(taken)"
    case .traits, .axis: return taken
    case .embeddings where numbers.count > 1:
      return "no manifest numbers the layers of the embeddings: the rows are taken as 0 to \(numbers.count - 1)"
    case .embeddings, .measured, .targets, .directions: return nil
    }
  }

  /// What the rows are taken for, and how to say otherwise.
  private var taken: String {
    var rows = "the rows"
    if case .traits = subject { rows += " of traits" }
    if case .axis = subject { rows += " of the axis" }
    return "\(rows) are taken as \(layerList(numbers)); \(subject.option) says otherwise"
  }

  /// Whether a model could have a layer of this number. The bound keeps a slip of the finger from asking for billions.
  static func isLayerNumber(_ number: Int) -> Bool { (-1...1_000_000).contains(number) }

  /// `numbers`, if they number `rows` rows, each layer once.
  ///
  /// - Throws: `LayerFault` otherwise; `source` is who gave them.
  package static func checked(_ numbers: [Int], rows: Int, source: String) throws -> [Int] {
    guard numbers.count == rows else { throw LayerFault.rowCount(rows: rows, numbers: numbers.count, source: source) }
    for number in numbers where !isLayerNumber(number) { throw LayerFault.notALayer(number, source: source) }
    var seen: Set<Int> = []
    for number in numbers where !seen.insert(number).inserted { throw LayerFault.repeated(number, source: source) }
    return numbers
  }
}
