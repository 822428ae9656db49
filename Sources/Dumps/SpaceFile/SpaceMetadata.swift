internal import Files
internal import FoundationEssentials
package import TensorFiles

/// What a file of role vectors that this toolkit wrote says of itself: a space, or averaged responses.
///
/// Lists and options are JSON texts in the file's metadata; everything is there that fitting the vectors again needs.
package struct SpaceMetadata: Sendable, Equatable {
  /// What kind of file it is.
  package enum Format: String, Sendable {
    /// A space, as `persona fit` writes it.
    case space = "persona space 1"
    /// Role vectors averaged of responses, as `persona vectors` writes them.
    case vectors = "persona-vectors 1"
  }

  /// Nil for a file of other origin, of which the rest is as far as it happens to say it.
  package var format: Format?
  /// The kind that the file names, if it is one of this toolkit's that is not known here: of a later version.
  package var unknownFormat: String?
  package var tool: String?
  /// The names of the rows of `role_vectors`, their groups and their levels.
  package var roles, groups, levels: [String]?
  /// The responses behind each role; of averaged responses.
  package var counts: [Int]?
  /// The roles with too few responses; of averaged responses.
  package var leftOut: [String]?
  /// The layers of the tensors.
  package var layers: [Int]?
  /// The layers of the rows that the dump had; of a space.
  package var rowLayers: [Int]?
  /// The name of the default Assistant.
  package var assistant: String?
  /// The options of the run, by their long names.
  package var options: [String: String]?
  /// The files that were read, with their digests: a JSON text.
  package var inputs: String?
  package var model, pooling: String?
  /// The measures of which `ceilings` has what two measurements of the model would show; of a space of measured roles.
  package var ceilingMeasures: [String]?

  /// The names under which they stand.
  private enum Key: String, CaseIterable {
    case format, tool, roles, groups, levels, counts, layers, axis, assistant, options, inputs, model, pooling
    case leftOut = "left_out"
    case rowLayers = "row_layers"
    case convention = "layer_convention"
    case squares = "within_sum_of_squares"
    case ceilingMeasures = "ceiling_measures"
  }

  /// Says nothing.
  package init() {}

  /// What `file` says; nothing of what is not such as it is written.
  package init(of file: TensorFile) {
    let values = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    func text(_ key: Key) -> String? { values[key.rawValue] }
    func json<Value: Decodable>(_ key: Key) -> Value? {
      text(key).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
    format = text(.format).flatMap { Format(rawValue: $0) }
    unknownFormat = text(.format).flatMap { format == nil && $0.hasPrefix("persona") ? $0 : nil }
    (tool, assistant, inputs, model, pooling) = (
      text(.tool), text(.assistant), text(.inputs), text(.model), text(.pooling)
    )
    (roles, groups, levels, leftOut) = (json(.roles), json(.groups), json(.levels), json(.leftOut))
    ceilingMeasures = json(.ceilingMeasures)
    (counts, layers, rowLayers, options) = (json(.counts), json(.layers), json(.rowLayers), json(.options))
  }

  /// Whether `file` names its rows, legibly or not.
  static func namesRoles(_ file: TensorFile) -> Bool { file.metadata.contains { $0.key == Key.roles.rawValue } }

  /// The metadata to be written; what is nil is left out.
  package func entries() throws -> [(key: String, value: String)] {
    func json(_ value: (some Encodable)?) throws -> String? { try value.map { try encodeJSON($0, pretty: false) } }
    let entries: [(Key, String?)] = [
      (.format, format?.rawValue), (.tool, tool), (.roles, try json(roles)), (.groups, try json(groups)),
      (.levels, try json(levels)), (.counts, try json(counts)), (.leftOut, try json(leftOut)),
      (.layers, try json(layers)), (.rowLayers, try json(rowLayers)),
      (.convention, "block_output: layer l is the residual stream after block l; -1 is the embedding"),
      (.axis, format == .space ? "default - mean, toward the Assistant" : nil),
      (.squares, format == .vectors ? "sum over responses of |response - their mean in float64|^2" : nil),
      (.assistant, assistant), (.options, try json(options)), (.inputs, inputs), (.model, model), (.pooling, pooling),
      (.ceilingMeasures, try json(ceilingMeasures)),
    ]
    return entries.compactMap { key, value in value.map { (key: key.rawValue, value: $0) } }
  }
}
