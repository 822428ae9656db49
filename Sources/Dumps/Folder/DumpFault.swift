public import Files
internal import TensorFiles

extension DumpFault {
  /// The fault that `file` has several tensors where one is wanted.
  init(severalTensorsOf file: TensorFile) {
    let weights = ModelWeights.names(in: file)
    self = weights.isEmpty ? .ambiguousTensor(file.tensors.map(\.name)) : .modelWeights(weights)
  }
}

/// Where layouts of arrays are described, for a message.
let seeArrays = "; see docs/your-own-arrays.md"

/// Why a dump does not hold what a verb needs.
public enum DumpFault: FileFault, Equatable {
  /// The folder holds no role vectors.
  case noRoleVectors(found: [String])
  /// The folder holds no tensor file.
  case noTensors(found: [String])
  /// The default Assistant is missing.
  case noDefault(name: String, roles: [String], beside: String? = nil)
  /// The default is there, but is the only vector.
  case tooFewRoles(Int)
  /// One role is given twice.
  case duplicateRole(String, other: String)
  /// A file holds several tensors, none of which has a usual name.
  case ambiguousTensor([String])
  /// A file holds no tensor of floating-point numbers.
  case noActivations(found: [String])
  /// A tensor is no vector or stack of vectors.
  case rank(shape: [Int], wanted: String)
  /// Vectors differ in shape.
  case shapesDiffer(shape: [Int], other: [Int], reference: String)
  /// The manifest and the tensors disagree.
  case hiddenSize(found: Int, manifest: Int)
  /// No turns are there.
  case noTurns(found: [String])
  /// A conversation has no turn.
  case emptyConversation
  /// Every turn was left out.
  case noFiniteTurns
  /// Turns are of another model than the space.
  case hiddenSizeOfSpace(found: Int, space: Int)
  /// A transcript has another number of assistant turns than there are rows.
  case turnCount(rows: Int, transcript: Int, transcriptPath: String, speakers: [String])
  /// A transcript has another number of the user's messages than there are rows for them.
  case userTurnCount(rows: Int, transcript: Int, transcriptPath: String)
  /// Rows are said to be of a message that is not the user's.
  case notAUserMessage(Int, transcriptPath: String)
  /// Offsets of turns in tokens are no ascending cover.
  case turnOffsets(String, name: String = "turn_offsets")
  /// A folder was given in the place of a file that a verb makes of it.
  case folderForFile(found: String, wanted: String, command: String)
  /// Keys name layers where roles are wanted.
  case layerKeys([String], shape: [Int])
  /// The keys of one file name other layers than those of another.
  case layerKeysDiffer
  /// The file is a list of records.
  case records(Int, fields: [String], command: String)
  /// The file has the tokens of one request, of which nothing says where turns begin.
  case request(tokens: Int, path: String)
  /// A file has several responses of each role.
  case responsesByRole(Int, responses: Int, shape: [Int], command: String)
  /// One name was given for so many conversations.
  case severalConversations(Int, name: String)
  /// The weights of a model, by the names of some.
  case modelWeights([String])
  /// A folder of zarr's, with what makes arrays of it.
  case zarr(command: String)
  /// Activations as another program keeps them, with what makes turns of them.
  case foreignTurns(String, wanted: String, command: String, note: String)
  /// Rows that would be the layers of one vector are all of one layer.
  case rowsOfOneLayer([Int], layer: Int)
  /// A tensor of whole numbers where activations are wanted.
  case wholeNumbers(String, shape: [Int])
  /// Two conversations have one name.
  case duplicateConversation(String, other: String)

  /// The kind of trouble.
  public var category: FaultCategory {
    switch self {
    case .noRoleVectors, .noTensors, .noTurns, .folderForFile: .notFound
    default: .data
    }
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noRoleVectors(let found):
      """
      no role vectors here: vectors/<role>.pt (or .safetensors, .npy) or such files in the folder itself are wanted; \
      found \(listed(found))\(unreadAdvice(found))
      """
    case .noTensors(let found):
      "no tensor file (\(TensorFormat.endings(last: ","))) in it or below; found \(listed(found))\(unreadAdvice(found))"
    case .noDefault(let name, _, let folder?):
      "no default Assistant in the file; \(name) lies beside it: give the folder, '\(folder)', which has both"
    case .noDefault(let name, let roles, nil):
      """
      no default Assistant: \(name).pt beside vectors/ or in it is wanted (the roles are \(listed(roles, most: 4))\
      \(closestName(to: name, among: roles).map { "; did you mean --default \($0)?" } ?? "")); name another role with --default NAME, or fit components without an axis: persona fit --components-only
      """
    case .tooFewRoles(let count):
      "\(count) role vector\(count == 1 ? "" : "s") beside the default; at least 2 are needed to span a space"
    case .duplicateRole(let name, let other): "role '\(name)' is also in \(other); remove one"
    case .ambiguousTensor(let names):
      "it holds several tensors (\(listed(names))); say which with --tensor NAME"
    case .noActivations(let found):
      "no tensor of floating-point numbers here; there is \(listed(found))"
        + (found.contains { $0.contains("int16") }
          ? "; if that is bfloat16 saved as whole numbers, give --void bfloat16" : "")
    case .rank(let shape, let wanted): "a tensor of shape \(shape); \(wanted) is wanted"
    case .shapesDiffer(let shape, let other, let reference):
      """
      shape \(shape), but \(reference) has \(other): all vectors must have the same layers and hidden size; remove or \
      dump again the one that is wrong
      """
    case .hiddenSize(let found, let manifest): "hidden size \(found), but manifest.json says \(manifest)"
    case .noTurns(let found):
      "no turns here: turns/<id>.pt (or .safetensors), or files of vectors are wanted; found \(listed(found))\(unreadAdvice(found))"
    case .hiddenSizeOfSpace(let found, let space):
      "hidden size \(found), the space has \(space): these turns are of another model"
    case .emptyConversation: "the conversation has no turn; remove the file, or dump it again"
    case .noFiniteTurns: "no turn is left: every one has values that are not finite, or nothing but zeros"
    case .turnCount(let rows, let transcript, let path, let speakers):
      """
      \(rows) turns, but \(path) has \(transcript) assistant turns (its roles are \(listed(speakers))): dump it \
      again from this transcript
      """
    case .userTurnCount(let rows, let transcript, let path):
      "\(rows) user turns, but \(path) has \(transcript) messages of the user: dump it again from this transcript"
    case .notAUserMessage(let message, let path):
      "message \(message) of \(path) is not the user's: dump it again from this transcript"
    case .turnOffsets(let what, let name):
      "\(name): \(what); T + 1 ascending token indices, from 0 to the token count, are wanted"
    case .folderForFile(let found, let wanted, let command):
      "this is \(found), where \(wanted) is wanted; type \(command)"
    case .layerKeys(let names, let shape):
      """
      its keys name layers (\(listed(names, most: 3)), shape \(shape)), not roles: {layer: {role: (d)}} or {role: {layer: (d)}} is \
      wanted, in which every role has every layer; or one file a role, vectors/<role>.pt\(shape.count == 2 ? seeArrays : "")
      """
    case .layerKeysDiffer: "the keys of its tensors name other layers than those of other files; all must have the same"
    case .records(let count, let fields, let command):
      """
      a list of \(count) records with the fields \(listed(fields)), which are responses, not roles; this makes the dump DUMP of it: \
      \(command)
      """
    case .request(let tokens, let path):
      """
      token_ids and hidden_states of vLLM: the \(tokens) tokens of one request, prompt and answer, not turns (and the layer id j is \
      the output of block j - 1, so that ids 1,17 are --row-layers 0,16). With P the number of tokens of the prompt, this makes turns \
      of it: python3 -c "import torch; from safetensors.torch import load_file, save_file; P = 0; \
      h = load_file('\(path)')['hidden_states'][P:].contiguous(); \
      save_file({'tokens': h, 'turn_offsets': torch.tensor([0, len(h)])}, 'turn.safetensors')"
      """
    case .modelWeights(let names):
      "the weights of a model (\(listed(names))), not activations; \(ModelWeights.advice)"
    case .zarr(let command): "a zarr folder, which is not read; this makes arrays of it: \(command)"
    case .foreignTurns(let found, let wanted, let command, let note):
      "\(found), where \(wanted) are wanted; this makes them (\(note)): \(command)\(seeArrays)"
    case .responsesByRole(let roles, let responses, let shape, let command):
      "\(roles) roles of \(responses) responses each, \(shape), where one vector a role is wanted; this makes the dump DUMP of them: \(command)\(seeArrays)"
    case .rowsOfOneLayer(let shape, let layer):
      """
      shape \(shape) would be taken as one turn of \(shape[0]) layers, but all its rows are near the roles of layer \(layer): if they are \
      \(shape[0]) turns of one layer, say which with --row-layers \(layer); if it is one turn, say its layers with --row-layers
      """
    case .wholeNumbers(let type, let shape):
      """
      whole numbers (\(type), shape \(shape)), where activations are floating-point numbers: \
      \(type.hasSuffix("int16") ? "if they are bfloat16 saved as whole numbers, give --void bfloat16; otherwise " : "")save the \
      activations as float32
      """
    case .severalConversations(let count, let name):
      "\(count) conversations, which --conversation \(name) cannot name; give the files of one of them"
    case .duplicateConversation(let name, let other):
      """
      conversation '\(name)' is also in \(other), under the same condition; rename one of the files, give their transcripts other \
      "condition"s, or read the two in two runs, each with a --condition NAME of its own
      """
    }
  }
}

extension TensorEntry {
  /// Itself, if its elements can be activations.
  ///
  /// - Throws: `FileError` if they are whole numbers or truth values.
  func checkedAsActivations(_ path: String) throws -> TensorEntry {
    guard elementType.isFloatingPoint else {
      throw FileError(
        path: path, place: name.isEmpty ? nil : name,
        fault: DumpFault.wholeNumbers(elementType.rawValue, shape: shape))
    }
    return self
  }
}
