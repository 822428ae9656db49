/// What stands around the figure of one conversation: which one, the floor that can be moved, and what was said.
enum ConversationParts {
  /// The controls, which take a script.
  static func controls(_ data: ReportData) -> Markup {
    var groups: [(key: ReportData.GroupKey, members: [Int])] = []
    for (index, conversation) in data.conversations.enumerated() {
      if let known = groups.firstIndex(where: { $0.key == conversation.key }) {
        groups[known].members.append(index)
      } else {
        groups.append((conversation.key, [index]))
      }
    }
    let shown = data.shownConversation
    let options = groups.map { group in
      let members = group.members.map { index in
        let conversation = data.conversations[index]
        let name = conversation.name + (conversation.sample.isEmpty ? "" : ", sample \(conversation.sample)")
        return Markup.element(
          "option", ["value": "\(index)", "selected": index == shown ? "selected" : nil], text: name)
      }
      return Markup.element("optgroup", ["label": group.key.name], members)
    }
    return .element(
      "div", ["class": "pick js"],
      [
        .element("label", [:], .text("Conversation ") + .element("select", ["id": "talk"], options)),
        .element(
          "label", ["class": "grow"],
          .text("Floor τ, in axis position ") + .element("output", ["id": "tau-name"], text: "")
            + .element(
              "input", ["type": "range", "id": "tau", "min": "-1", "max": "1.2", "step": "0.01", "value": "-1"])),
        .element("p", ["id": "tau-says", "role": "status"], text: ""),
      ])
  }

  /// Where a script puts what was said.
  static var said: Markup {
    .element(
      "div", ["id": "said", "class": "js", "tabindex": "0", "role": "region", "aria-label": "What was said"], text: "")
  }
}
