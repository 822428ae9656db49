internal import Analyses
internal import ArgumentParser

/// Where to cap.
struct CapArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Percentiles of calibration projections to cap at, each once (default 1,25,50,75).",
      valueName: "P[,P…]"))
  var percentile: NumberList?

  @Option(
    help: ArgumentHelp(
      "Domains that capping should not touch, for benign_share and the recommended cap; may be given several times. A name with a comma stands in double quotes: '\"love, actually\"'.",
      valueName: "NAME[,NAME…]"))
  var benign: [NameList] = []

  @Option(
    help: ArgumentHelp(
      "The most that a recommended cap may touch of benign turns' tokens (of the default's responses without --benign), in per cent.",
      valueName: "P%"))
  var maxBenign = Percentage(CapRun.usualBudget)

  /// The names of the domains.
  var benignNames: [String] { benign.flatMap(\.names) }

  /// Whether a percentile was likely meant as a share: above 0, and below one per cent.
  var note: String? {
    guard let share = percentile?.numbers.first(where: { $0 > 0 && $0 < 1 }) else { return nil }
    let percents = share * 100
    return
      "--percentile \(share) is \(share) %; \(percents == percents.rounded() ? "\(Int(percents))" : "\(percents)") for the share \(share)?"
  }

  func validate() throws {
    if let percentile, !percentile.numbers.allSatisfy({ (0...100).contains($0) }) {
      throw ValidationError("--percentile: numbers from 0 to 100 are wanted")
    }
  }
}

/// A share that is typed in per cent: `5%` or `5`.
struct Percentage: ExpressibleByArgument {
  /// The share, in 0…1.
  let share: Double

  init(_ share: Double) { self.share = share }

  init?(argument: String) {
    let text = argument.hasSuffix("%") ? String(argument.dropLast()) : argument
    guard let value = Double(text), (0...100).contains(value) else { return nil }
    share = value / 100
  }

  var defaultValueDescription: String { "\(share * 100)%" }
}

/// Finite numbers with commas between, each once.
struct NumberList: ExpressibleByArgument {
  let numbers: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    numbers = parts.compactMap(\.self).filter(\.isFinite)
    // A number given twice would be a row given twice.
    if numbers.count != parts.count || Set(numbers).count != numbers.count { return nil }
  }
}

/// Names with commas between; one that has a comma itself stands in double quotes, a quote in it doubled.
struct NameList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    var (names, name, isQuoted, wasQuoted) = ([String](), "", false, false)
    for character in argument {
      switch character {
      case "\"" where isQuoted:
        (isQuoted, wasQuoted) = (false, true)
      case "\"" where name.isEmpty || wasQuoted:
        // A quote right behind a closing one stands for itself.
        if wasQuoted { name.append(character) }
        (isQuoted, wasQuoted) = (true, false)
      case "," where !isQuoted:
        names.append(name)
        (name, wasQuoted) = ("", false)
      default:
        if wasQuoted { return nil }
        name.append(character)
      }
    }
    if isQuoted { return nil }
    self.names = (names + [name]).filter { !$0.isEmpty }
  }
}
