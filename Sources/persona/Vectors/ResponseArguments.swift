internal import Analyses
internal import ArgumentParser
internal import Dumps

/// Which responses are averaged, and how.
struct ResponseArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep responses of these scores: 3, or 2,3, or all (default: 3, where there are scores).", valueName: "S"))
  var score: ScoreList?

  @Option(
    help: ArgumentHelp(
      "Leave out roles with fewer responses left (default: 50, or 1 where there are no scores).", valueName: "N"))
  var minCount: Int?

  @Option(help: ArgumentHelp("The folder with <role>.json of scores (default: scores/ of the dump).", valueName: "DIR"))
  var scores: String?

  @Flag(help: "Keep only questions that have a response left in every role with enough.")
  var matchQuestions = false

  @Flag(
    help: """
      Leave role vectors the plain means of what is kept, even where that is of other questions for each role: they then differ by \
      question as well.
      """)
  var noQuestionAdjustment = false

  @Option(help: ArgumentHelp("Which vector to take of responses (slots, layers, d).", valueName: "N"))
  var slot: Int?

  @Option(
    help: ArgumentHelp(
      "Take responses of these labels of the keys <label>_p0_q0, with commas (default: all; pos alone beside neg or default).",
      valueName: "LABELS"))
  var label: LabelList?

  @Option(
    help: ArgumentHelp(
      "The order of the axes, where it is another or could be: d,layers of responses or vectors, layers,roles,d of one stack.",
      valueName: "ORDER"))
  var axes: AxesOrder?

  @Flag(help: "Average as the reference pipeline does, in bfloat16, bit for bit.")
  var compatBf16 = false

  func validate() throws {
    if let minCount, minCount < 1 { throw ValidationError("--min-count: a number of at least 1 is wanted") }
    if let slot, slot < 0 { throw ValidationError("--slot: a number of at least 0 is wanted") }
    if scores != nil, let score, score.scores == nil {
      throw ValidationError("--scores names scores to go by, and --score all keeps every response")
    }
  }

  /// Whether any of them is given.
  var areGiven: Bool {
    score != nil || minCount != nil || scores != nil || matchQuestions || slot != nil || compatBf16
      || noQuestionAdjustment || label != nil
  }

  func options(_ layer: LayerOptions, default name: String, _ common: CommonOptions) -> VectorsOptions {
    var options = VectorsOptions()
    if let score { (options.filter.scores, options.filter.requiresScores) = (score.scores, score.scores != nil) }
    (options.filter.minimum, options.filter.scoresFolder) = (minCount, scores)
    (options.filter.matchesQuestions, options.filter.labels) = (matchQuestions, label?.labels)
    options.adjustsQuestions = !noQuestionAdjustment
    (options.settings, options.rowLayers, options.assistantName) = (common.settings(layer), layer.rowLayers, name)
    (options.slot, options.imitatesBFloat16, options.axes) = (slot, compatBf16, axes)
    return options
  }
}

/// Labels of responses.
struct LabelList: ExpressibleByArgument {
  let labels: Set<String>

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else { return nil }
    labels = Set(names)
  }
}

/// Scores of responses, or all.
struct ScoreList: ExpressibleByArgument {
  /// Nil for all.
  let scores: Set<Int>?

  init?(argument: String) {
    if argument == "all" {
      scores = nil
      return
    }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0.map((0...1000).contains) ?? false }) else { return nil }
    scores = Set(numbers.compactMap(\.self))
  }
}
