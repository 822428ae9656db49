/// The report: one page that needs nothing beside it, and each figure as a file.
package struct ReportPage {
  /// What it is made of.
  package let data: ReportData
  private let sections: [ReportSection]

  /// The report of `data`.
  package init(_ data: ReportData) {
    self.data = data
    sections = ReportSection.all(data)
  }

  /// The figures' names, as far as there may be any.
  package static let figureNames =
    [
      "axis", "components", "layers", "variance", "traits", "drift", "curves", "tether", "conversation", "personas",
      "answers", "capping", "role-traits",
    ] + ["", "-2", "-3"].flatMap { ["comparison\($0)", "loadings\($0)", "slopes\($0)"] }

  /// Each figure as an SVG file: its name, and its text.
  package var figures: [(name: String, text: String)] {
    sections.flatMap(\.figures).map { ($0.id, $0.file(sheet: PageFiles.figureSheet)) }
  }

  /// The page.
  package var html: String {
    let title = data.subject.isEmpty ? "PersonaSpace report" : "\(data.subject): PersonaSpace report"
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    let head = Markup([
      .verbatim("<meta charset=\"utf-8\">"),
      .verbatim("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"),
      .verbatim("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"),
      .verbatim("<meta name=\"color-scheme\" content=\"light dark\">"),
      .element("title", text: title), .element("style", [:], .verbatim(Self.sheet)),
    ])
    let content = Markup([
      .element("a", ["class": "skip", "href": "#s-first"], text: "Skip to the sections"), header, bar,
      .element("main", ["id": "s-first"], sections.map(section) + [missing, provenance]),
      .element("div", ["id": "tip", "role": "status", "aria-live": "polite"], text: ""),
      .element("script", ["type": "application/json", "id": "data"], .verbatim(PageScript(data, sections).text)),
      .element("script", [:], .verbatim(PageFiles.script)),
    ])
    return "<!DOCTYPE html>\n"
      + Markup.element("html", ["lang": "en"], .element("head", [:], head) + .element("body", [:], content)).written
      + "\n"
  }

  private static var sheet: String {
    let (light, dark) = (Palette.declarations(dark: false), Palette.declarations(dark: true))
    return ":root{\(light)}\n@media screen and (prefers-color-scheme: dark){:root{\(dark)}}\n" + PageFiles.pageSheet
      + PageFiles.figureSheet
  }

  /// The first screen: what is analysed, and the answers.
  private var header: Markup {
    var cards: [Markup] = []
    func card(_ question: String, _ answer: (heading: String, kind: String, words: String)?, _ link: String) {
      guard let answer else { return }
      cards.append(
        .element(
          "a", ["class": "card \(answer.kind)", "href": "#\(link)"],
          [
            .element("span", ["class": "q"], text: question), .element("strong", text: answer.heading),
            .element("span", ["class": "w"], text: answer.words),
          ]))
    }
    if !data.scan.isEmpty { card("Is there an Assistant axis?", data.axisAnswer, "s-axis") }
    card("Which conversations drift?", data.driftAnswer, "s-drift")
    card("Is a persona resisted or unstable?", data.personaAnswer, "s-personas")
    card("What would a cap do?", data.capAnswer, "s-capping")
    let subject = data.subject.isEmpty ? "" : "of \(data.subject)"
    return .element(
      "header", [:],
      [
        .element(
          "h1",
          text: data.scan.isEmpty && !data.comparison.isEmpty ? "Spaces compared" : "The Assistant axis \(subject)"),
        .element("p", ["class": "sub"], text: data.layers.isEmpty ? "" : data.layerWords),
        data.caution.isEmpty ? Markup() : .element("p", ["class": "caution"], text: "Caution: \(data.caution)."),
        .element("nav", ["class": "cards", "aria-label": "The answers in short"], cards),
      ])
  }

  /// Whether a figure is drawn at several layers, so that one can be chosen.
  private var hasSlider: Bool {
    data.layers.count > 1 && sections.flatMap(\.figures).contains { $0.frames.count > 1 || $0.id == "conversation" }
  }

  /// The controls that act on all figures; they take a script.
  private var bar: Markup {
    var parts: [Markup] = []
    if hasSlider {
      let index = data.layers.firstIndex(of: data.shown) ?? 0
      parts.append(
        .element(
          "label", ["class": "grow"],
          [
            .text("Layer "), .element("output", ["id": "layer-name"], text: "\(data.shown)"),
            .element(
              "input",
              [
                "type": "range", "id": "layer", "min": "0", "max": "\(data.layers.count - 1)", "value": "\(index)",
                "step": "1", "aria-valuetext": "layer \(data.shown)",
              ]),
          ]))
    }
    let names = ReportData.distinct(
      (data.roles[data.shown] ?? []).map(\.name) + (data.personas.values.first ?? []).map(\.name)
        + data.movements.flatMap { $0.movers.map(\.role) })
    if !names.isEmpty {
      parts.append(
        .element(
          "label", [:],
          [
            .text("Find a role "),
            .element(
              "input", ["type": "search", "id": "find", "list": "names", "autocomplete": "off", "spellcheck": "false"]),
            .element("datalist", ["id": "names"], names.map { .element("option", ["value": $0], Markup()) }),
          ]))
    }
    return parts.isEmpty
      ? Markup() : .element("div", ["class": "bar js", "role": "region", "aria-label": "For all figures"], parts)
  }

  private func section(_ section: ReportSection) -> Markup {
    var content = [
      Markup.element("h2", text: section.title),
      .element("p", ["class": "say", "data-say": section.id], text: section.words[data.shown] ?? ""),
    ]
    let figures = section.figures.map { figure($0, isAlone: section.figures.count == 1) }
    content += section.tables.map(Self.table)
    content.append(.element("div", ["class": "figures"], figures))
    return .element("section", ["id": section.id], content)
  }

  /// A table of a section that is of no figure.
  private static func table(_ table: ReportSection.Table) -> Markup {
    .element(
      "div", ["class": "scroll plain", "tabindex": "0", "role": "region", "aria-label": table.title],
      table.numbers.markup(caption: table.title))
  }

  private func figure(_ figure: Figure, isAlone: Bool) -> Markup {
    let isConversation = figure.id == "conversation"
    let layerNote =
      figure.frames.count > 1 || !hasSlider
      ? "" : figure.id == "conversation" ? "" : " Shown at layer \(figure.layer) alone."
    let table = Markup.element(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table: \(figure.title)"],
      figure.shownFrame.table.markup(caption: figure.title))
    let details = Markup.element(
      "details", ["data-table": figure.id],
      [
        .element("summary", text: "Numbers"),
        .element("button", ["type": "button", "class": "csv js", "data-csv": figure.id], text: "Save as CSV"), table,
      ])
    return .element(
      "figure", ["id": "f-\(figure.id)", "class": isConversation ? "wide" : isAlone ? "alone" : nil],
      [
        .element("h3", ["id": "t-\(figure.id)"], text: figure.title),
        isConversation ? ConversationParts.controls(data) : Markup(), .element("div", ["class": "draw"], figure.inline),
        isConversation ? ConversationParts.said : Markup(),
        .element("figcaption", ["id": "d-\(figure.id)"], text: figure.caption + layerNote), details,
      ])
  }

  private var missing: Markup {
    guard !data.missing.isEmpty else { return Markup() }
    let items = data.missing.map { part in
      Markup.element("li", [:], .text("\(part.what): ") + .element("code", text: part.command))
    }
    return .element(
      "section", ["id": "s-missing"],
      [
        .element("h2", text: "What is not here"),
        .element("p", text: "The folder has no tables of these; each line names the command that makes them."),
        .element("ul", [:], items),
      ])
  }

  /// The files that are listed one by one.
  private static let mostFiles = 100

  private var provenance: Markup {
    let rows = data.provenance.map { name, value in
      Markup.element("tr", [:], .element("th", ["scope": "row"], text: name) + .element("td", text: value))
    }
    let files = data.inputs.prefix(Self.mostFiles).map { file in
      Markup.element(
        "tr", [:],
        [
          .element("th", ["scope": "row"], text: file.path), .element("td", ["class": "n"], text: file.size),
          .element("td", [:], .element("code", text: file.digest)),
        ])
    }
    let list =
      files.isEmpty
      ? Markup()
      : .element(
        "details", [:],
        [
          .element(
            "summary",
            text: "\(counted(data.inputs.count, "file")) read, with sizes in bytes and digests"
              + (files.count < data.inputs.count ? "; here the first \(files.count), in run.json all" : "")),
          .element(
            "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Files read"],
            .element("table", [:], .element("tbody", [:], files))),
        ])
    if data.provenance.isEmpty {
      return .element(
        "section", ["id": "s-provenance"],
        [
          .element("h2", text: "Where this comes from"),
          .element("p", text: "Neither run.json nor a space in the folder says it."),
        ])
    }
    return .element(
      "section", ["id": "s-provenance"],
      [
        .element("h2", text: "Where this comes from"),
        .element(
          "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Provenance"],
          .element("table", ["class": "pairs"], .element("tbody", [:], rows))), list,
      ])
  }
}
