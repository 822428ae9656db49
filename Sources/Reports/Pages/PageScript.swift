/// What the page's script works on, as JSON that may stand within a `<script>`.
struct PageScript {
  let text: String

  init(_ data: ReportData, _ sections: [ReportSection]) {
    let figures = sections.flatMap(\.figures).map { "\(scriptString($0.id)):\($0.script)" }
    let words = sections.map { section in
      let byLayer = section.words.keys.sorted().map { "\"\($0)\":\(scriptString(section.words[$0] ?? ""))" }
      return "\(scriptString(section.id)):{\(byLayer.joined(separator: ","))}"
    }
    let caps = data.caps.keys.sorted().map { layer in
      let cap =
        data.caps[layer]?.first(where: \.isRecommended) ?? data.caps[layer]?.max { $0.tauPosition < $1.tauPosition }
      return "\"\(layer)\":\(significant(cap?.tauPosition))"
    }
    let kinds = ReportData.distinct(data.conversations.map(\.key.name))
    let talks = data.conversations.map { Self.talk($0, kinds: kinds) }
    text =
      "{\"layers\":[\(data.layers.map(String.init).joined(separator: ","))],\"shown\":\(data.shown),"
      + "\"figures\":{\(figures.joined(separator: ","))},\"words\":{\(words.joined(separator: ","))},"
      + "\"taus\":{\(caps.joined(separator: ","))},\"kinds\":[\(kinds.map(scriptString).joined(separator: ","))],"
      + "\"talks\":[\(talks.joined(separator: ",\n"))]}"
  }

  /// A conversation: positions in hundredths, probabilities of home in per cent, by layer.
  private static func talk(_ talk: ReportData.Conversation, kinds: [String]) -> String {
    func list(_ values: [Double]) -> String {
      "[" + values.map { $0.isFinite && abs($0) < 1e9 ? "\(Int(($0 * 100).rounded()))" : "null" }.joined(separator: ",")
        + "]"
    }
    func layers(_ values: [Int: [Double]]) -> String {
      "{" + values.keys.sorted().map { "\"\($0)\":\(list(values[$0] ?? []))" }.joined(separator: ",") + "}"
    }
    let said = talk.messages.map { message in
      "[\(scriptString(message.speaker)),\(scriptString(message.text)),\(message.turn.map(String.init) ?? "null")]"
    }
    let isCounted = talk.turns == Array(0..<talk.turns.count)
    return "{\"name\":\(scriptString(talk.name)),\"kind\":\(kinds.firstIndex(of: talk.key.name) ?? 0),"
      + (isCounted ? "" : "\"turns\":[\(talk.turns.map(String.init).joined(separator: ","))],")
      + "\"p\":\(layers(talk.positions))"
      + (talk.home.isEmpty ? "" : ",\"h\":\(layers(talk.home))")
      + (said.isEmpty ? "" : ",\"said\":[\(said.joined(separator: ","))]") + "}"
  }
}
