internal import Dumps
internal import Files
internal import PersonaSpace
internal import Reports
internal import TensorFiles

extension ReportReader {
  /// `run.json` and what the space says of itself: what was analysed, by what, with which options.
  mutating func readRecord() throws {
    var inputs: [InputDigest] = []
    if let path = input.path("run.json") {
      let record = try decodeJSON(RunRecord.self, at: path)
      (dump, options, inputs) = (record.input, record.options, record.inputs)
      data.provenance.append(("command", "persona \(record.command)"))
      data.provenance.append(("input", record.input))
      data.provenance.append(("seed", "\(record.seed)"))
      data.provenance += record.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      data.provenance += record.options.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
        .map { ("--\($0.key)", $0.value) }
    }
    data.subject = dump.isEmpty ? "" : Paths.lastComponent(of: dump)
    if let path = input.path("space.safetensors") {
      let metadata = SpaceMetadata(of: try TensorFile(path: path))
      if let model = metadata.model, !model.isEmpty {
        data.subject = model
        data.provenance.insert(("model", model), at: 0)
      }
      if let assistant = metadata.assistant { data.assistant = assistant }
      if input.path("run.json") == nil {
        if let tool = metadata.tool { data.provenance.append(("space by", tool)) }
        data.provenance += (metadata.options ?? [:]).sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
          .map { ("fit: \($0.key)", $0.value) }
      }
    }
    data.inputs = inputs.map { (path: $0.path, size: "\($0.size)", digest: $0.sha256 ?? $0.xxh3 ?? "") }
  }

  /// What was said, from the transcripts of the dump, where it is still there: of conversations that fall most first, until the page
  /// has enough. A transcript that cannot be read costs what it says and no more.
  mutating func readMessages() throws {
    guard !dump.isEmpty, !data.conversations.isEmpty else { return }
    let paths = try Transcript.paths(inFolder: "\(dump)/transcripts")
    var found: [[String]: Transcript] = [:]
    for (stem, path) in paths.sorted(by: { $0.key < $1.key }).prefix(Self.mostTranscripts) {
      guard let transcript = try? decodeJSON(Transcript.self, at: path) else { continue }
      let name = transcript.regenerated ?? stem
      found[[name, transcript.condition ?? "", transcript.sample ?? ""]] = transcript
    }
    var room = Self.mostText
    for index in data.conversationsByFall where room > 0 {
      let conversation = data.conversations[index]
      guard let transcript = found[[conversation.name, conversation.key.condition, conversation.sample]] else {
        continue
      }
      var (messages, turn) = ([(speaker: String, text: String, turn: Int?)](), 0)
      for (speaker, text) in transcript.spoken {
        let isTurn = speaker == "assistant"
        messages.append((speaker, Self.shortened(text), isTurn ? turn : nil))
        if isTurn { turn += 1 }
      }
      room -= messages.reduce(0) { $0 + $1.text.utf8.count + 24 }
      data.conversations[index].messages = messages
    }
  }

  /// The transcripts that are looked at, the characters of a message that are shown, and those of all of them.
  private static let (mostTranscripts, mostOfMessage, mostText) = (2_000, 420, 900_000)

  private static func shortened(_ text: String) -> String {
    text.utf8.count <= mostOfMessage ? text : String(text.prefix(mostOfMessage)) + " …"
  }
}

extension ReportReader {
  /// The verdict over layers of which each has one of `verdicts`; nil if there are none.
  static func overall(_ verdicts: [String]) -> String? {
    let outcomes = verdicts.compactMap { AxisVerdict.Outcome(rawValue: $0) }
    return outcomes.isEmpty ? nil : AxisVerdict.overall(outcomes).rawValue
  }
}

extension RecordedChain {
  /// The probability of home at each turn, given the whole conversation; NaN where there is no position.
  func homeProbabilities(_ positions: [Double], turns: [Int]) -> [Double] {
    let chain = TwoStateChain(
      leave: leave, comeBack: comeBack, home: .init(mean: home.mean, deviation: home.deviation),
      away: .init(mean: away.mean, deviation: away.deviation), startHome: startHome)
    let known = positions.indices.filter { positions[$0].isFinite }
    var result = [Double](repeating: .nan, count: positions.count)
    let found = chain.homeProbabilities(known.map { positions[$0] }, turns: known.map { turns[$0] })
    for (index, value) in zip(known, found) { result[index] = value }
    return result
  }
}
