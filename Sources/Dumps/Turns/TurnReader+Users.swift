internal import Files
internal import TensorFiles

extension TurnReader {
  /// The user's turns of the conversation `source`; nil if they are not known.
  ///
  /// They are the tensor "user_turns" (turns, layers, d) beside the Assistant's, or "user_tokens" (tokens, layers, d) with
  /// "user_turn_offsets" (turns + 1), or else the file of the same name in `embeddings/` of the dump, of which "embeddings"
  /// (messages, layers, d) are the means over the user's messages: if its layers and dimensions are those of the space. An
  /// embedding of another kind is no turn.
  ///
  /// - Throws: `FileError` if they are not as many as the user's messages of the transcript.
  package static func users(_ source: TurnSource, space: Space, options: TurnOptions) throws -> TurnReader? {
    guard !source.isVectorPerFile else { return nil }
    let file = try TensorFile(path: source.paths[0])
    func tensor(_ name: String) -> TensorEntry? { file.tensors.first { $0.name == name && $0.elementCount > 0 } }
    let storage: Storage
    var arrangement = arrangement(source, space, options)
    arrangement.count = source.userMessages?.count
    var note: String?
    if let tokens = tensor("user_tokens") {
      let offsets = try offsets(file, "user_turn_offsets", of: tokens)
      arrangement.count = offsets.last
      let found = try checked(tokens, file, arrangement)
      try checkOffsets(offsets, file, "user_turn_offsets", tokens: found.entry.shape.first ?? 0)
      (storage, note) = (.tokens(found.entry, offsets: offsets), found.note)
    } else if let turns = tensor("user_turns") {
      let found = try checked(turns, file, arrangement)
      (storage, note) = (.turns(found.entry), found.note)
    } else {
      return try embedded(source, space: space, options: options)
    }
    var reader = try TurnReader(source, .user, file, storage, turnNumbers: nil, space, options)
    reader.note = note.map { "the user's: \($0)" }
    if let messages = source.userMessages, let path = source.expected?.path, messages.count != reader.turnCount {
      throw FileError(
        path: file.path,
        fault: DumpFault.userTurnCount(rows: reader.turnCount, transcript: messages.count, transcriptPath: path))
    }
    return reader
  }

  private static func embedded(_ source: TurnSource, space: Space, options: TurnOptions) throws -> TurnReader? {
    guard let path = source.embeddings else { return nil }
    let file = try TensorFile(path: path)
    guard let entry = file.tensors.first(where: { $0.name == "embeddings" }), entry.elementCount > 0,
      entry.shape.count == 3, entry.shape[2] == space.hiddenSize, entry.elementType.isFloatingPoint,
      (try? rowLayers(entry.shape[1], of: source, space, options)) != nil
    else { return nil }
    var numbers: [Int]?
    // Messages without text, or beyond what the model takes, have no row.
    if let messages = file.tensors.first(where: { $0.name == "messages" }), messages.shape == [entry.shape[0]],
      let spoken = source.userMessages, let transcript = source.expected?.path
    {
      numbers = try file.read(messages).map { message in
        guard let number = spoken.firstIndex(where: { Double($0) == message }) else {
          throw FileError(
            path: path,
            fault: DumpFault.notAUserMessage(Int(exactly: message) ?? -1, transcriptPath: transcript))
        }
        return number
      }
    } else if let messages = source.userMessages, let transcript = source.expected?.path,
      messages.count != entry.shape[0]
    {
      throw FileError(
        path: path,
        fault: DumpFault.userTurnCount(
          rows: entry.shape[0], transcript: messages.count, transcriptPath: transcript))
    }
    return try TurnReader(source, .user, file, .turns(entry), turnNumbers: numbers, space, options)
  }
}
