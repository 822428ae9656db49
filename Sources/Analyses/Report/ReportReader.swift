internal import Files
internal import Reports

/// Reads the tables of an analysis into what a report is made of.
struct ReportReader {
  let input: ReportInput
  var data = ReportData()
  /// The folder of the dump that was analysed, as far as it is known; empty otherwise.
  var dump = ""
  /// The options of the run, by their long names.
  var options: [String: String] = [:]
  /// The two states of groups that have them.
  var chains: [RecordedChain.Place: RecordedChain] = [:]

  /// Reads everything that is there.
  ///
  /// - Throws: `FileError` for a table that cannot be read, or if there is none.
  init(_ input: ReportInput) throws {
    self.input = input
    try readRecord()
    try readLayers()
    try readRoles()
    try readTraits()
    try readGroups()
    try readPersonas()
    try readCaps()
    try readCapHalves()
    try readAnswers()
    try readComparison()
    try readTurns()
    let found = [
      !data.scan.isEmpty, !data.roles.isEmpty, !data.groups.isEmpty, !data.personas.isEmpty, !data.caps.isEmpty,
      !data.conversations.isEmpty, !data.comparison.isEmpty, !data.movements.isEmpty,
    ]
    guard found.contains(true) else { throw FileError(path: input.folder, fault: ReportFault.nothing) }
    if data.layers.isEmpty { data.layers = otherLayers }
    chooseLayer()
    try readRoleTraits()
    try readMessages()
    addMissing()
  }

  /// The layers that tables other than those of the space have.
  private var otherLayers: [Int] {
    let all =
      Set(data.roles.keys).union(data.groups.keys).union(data.personas.keys).union(data.caps.keys)
      .union(data.conversations.flatMap(\.positions.keys)).union(data.comparison.map(\.layerA)).union(
        data.movements.map(\.layerA))
    return all.sorted()
  }

  /// The layer that is shown at first, as `analyze` chooses it: the one asked for, the recommended one, or the middle one.
  private mutating func chooseLayer() {
    let layers = data.layers
    if let given = options["layer"].flatMap({ Int($0) }), layers.contains(given) {
      (data.shown, data.ground) = (given, "given")
    } else if layers.count == 1 {
      (data.shown, data.ground) = (layers[0], "only")
    } else if let recommended = data.scan.first(where: \.isRecommended) {
      (data.shown, data.ground) = (recommended.layer, "recommended")
    } else {
      (data.shown, data.ground) = (layers[layers.count / 2], "middle")
    }
  }

  /// What the folder lacks, each with the command that makes it.
  private mutating func addMissing() {
    let (out, dump) = (shellWord(input.folder), self.dump.isEmpty ? "DUMP" : shellWord(self.dump))
    // The folder of a comparison is of no one space.
    if data.scan.isEmpty, data.roles.isEmpty, !data.comparison.isEmpty { return }
    // A dump that is known to have no turns, or no answers, cannot be what a command reads them from.
    func source(_ part: String, else name: String) -> String {
      fileKind(self.dump) == .folder && fileKind("\(self.dump)/\(part)") != .folder ? name : dump
    }
    let (turns, answers) = (source("turns", else: "TURNS"), source("activations", else: "RESPONSES"))
    func add(_ isMissing: Bool, _ what: String, _ command: String) {
      if isMissing { data.missing.append(.init(what: what, command: command)) }
    }
    add(data.scan.isEmpty || data.roles.isEmpty, "The space and its axis", "persona fit \(dump) -o \(out)")
    add(data.traits.isEmpty, "Traits along the axis", "persona fit \(dump) --traits TRAITS -o \(out) --force")
    let hasTurns = input.path("turns.csv") != nil
    add(!hasTurns, "Where the turns of conversations lie", "persona project \(out) \(turns) -o \(out)")
    add(data.groups.isEmpty, "Drift and what holds conversations", "persona drift \(out)/turns.csv -o \(out)")
    add(
      data.personas.isEmpty, "Resistance and instability of personas", "persona stability \(out) \(answers) -o \(out)")
    add(
      !data.personas.isEmpty && data.answers.isEmpty, "Single answers along a persona's direction",
      "persona stability \(out) \(answers) -o \(out) --each --force")
    add(data.caps.isEmpty, "What a cap would do", "persona cap \(out) \(turns) -o \(out)")
    // Another folder: what is compared must not lie where the tables go.
    add(data.comparison.isEmpty, "A comparison with another model", "persona compare \(out) OTHER -o COMPARED")
  }
}

/// `text` as a shell takes it for one word.
private func shellWord(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "/"):
      true
    default: false
    }
  }
  if plain { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

/// Why there is no report.
enum ReportFault: FileFault, Equatable {
  case nothing
  case noFolder

  var explanation: String {
    switch self {
    case .nothing:
      "no table of an analysis is in it (layers.csv, turns.csv, personas.csv, …); persona analyze DUMP -o OUT makes them"
    case .noFolder: "a file is found; the folder of an analysis is wanted, as persona analyze DUMP -o OUT makes it"
    }
  }
}
