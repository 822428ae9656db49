/// A part of a report: a question, what the numbers say of it at each layer, and the figures.
struct ReportSection {
  let id, title: String
  /// What is said, by layer.
  let words: [Int: String]
  let figures: [Figure]
  let tables: [Table]

  /// Numbers that stand above the figures.
  struct Table {
    let title: String
    let numbers: FigureTable
  }

  /// The sections that `data` has something for, in the order of a reader's questions.
  static func all(_ data: ReportData) -> [ReportSection] {
    func byLayer(_ words: (Int) -> String) -> [Int: String] {
      Dictionary(uniqueKeysWithValues: data.layers.map { ($0, words($0)) })
    }
    func layered(_ layers: some Collection<Int>, _ layer: Int) -> Int {
      layers.sorted().min { abs($0 - layer) < abs($1 - layer) } ?? layer
    }
    var sections: [ReportSection] = []
    func add(
      _ id: String, _ title: String, _ words: [Int: String], _ figures: [Figure?], tables: [Table?] = []
    ) {
      let (drawn, numbers) = (figures.compactMap(\.self), tables.compactMap(\.self))
      if !drawn.isEmpty || !numbers.isEmpty {
        sections.append(ReportSection(id: id, title: title, words: words, figures: drawn, tables: numbers))
      }
    }
    add(
      "s-axis", "Is there an Assistant axis?", byLayer(data.axisWords),
      [
        data.axisStrip(), data.componentScatter(), data.layerScan(), data.explainedVariance(), data.traitMap(),
        data.roleTraitMap(),
      ])
    if !data.groups.isEmpty {
      add(
        "s-drift", "Which conversations drift?", byLayer { data.driftWords(layered(data.groups.keys, $0)) },
        [data.driftChanges(), data.driftCurves()])
      add(
        "s-tether", "What holds them?", byLayer { data.tetherWords(layered(data.groups.keys, $0)) }, [data.moveRates()])
    }
    if let figure = data.trajectory() {
      let words =
        "Choose a conversation to see where each of its turns lies, and what was said where the transcripts are at hand."
      add("s-conversation", "What happens within a conversation?", byLayer { _ in words }, [figure])
    }
    if !data.personas.isEmpty {
      add(
        "s-personas", "Which personas are resisted, which are unstable?",
        byLayer { data.personaWords(layered(data.personas.keys, $0)) }, [data.personaMap(), data.answerStrip()])
    }
    add(
      "s-capping", "What would a cap do, and cost?", byLayer { _ in data.capWords }, [data.capTradeOff()],
      tables: [data.capHalvesTable()])
    add(
      "s-comparison", "How alike are the spaces?",
      byLayer { _ in data.comparisonWords }, data.comparisonFigures())
    return sections
  }
}
