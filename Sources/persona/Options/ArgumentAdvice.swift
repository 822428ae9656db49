internal import ArgumentParser
internal import Dumps
internal import Files

/// What to type instead of arguments that newcomers give.
struct ArgumentAdvice {
  let text: String

  private static let layerOptions: Set<String> = ["--layers", "--row-layers", "--trait-row-layers"]
  private static let numberOptions: Set<String> = ["--percentile", "--tau"]

  /// On `arguments`, those behind the command's name; nil if there is nothing to say.
  init?(_ arguments: [String], verbs: [String]) {
    guard let advice = Self.onVerb(arguments, verbs) ?? Self.onOptions(arguments) else { return nil }
    text = advice
  }

  private static func onVerb(_ arguments: [String], _ verbs: [String]) -> String? {
    guard let verb = arguments.first, !verb.hasPrefix("-"), verb != "help", !verbs.contains(verb) else { return nil }
    let list = "the verbs are \(verbs.joined(separator: ", "))"
    guard let meant = closestName(to: verb, among: verbs) else {
      return "there is no verb '\(verb)'; \(list); type persona help"
    }
    return
      "there is no verb '\(verb)'; type persona \(([meant] + arguments.dropFirst()).joined(separator: " ")) (\(list))"
  }

  private static func onOptions(_ arguments: [String]) -> String? {
    var place = 0
    while place < arguments.count, arguments[place] != "--" {
      let parts = arguments[place].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      let (name, next) = (parts[0], place + 1 < arguments.count ? arguments[place + 1] : nil)
      if name.hasPrefix("--out"), name != "--output" {
        return "there is no option \(name); the folder to write to is given by -o OUT, or --output OUT"
      }
      if let value = parts.count > 1 ? parts[1] : next {
        if layerOptions.contains(name), let advice = onLayers(name, value) { return advice }
        if numberOptions.contains(name), value.hasSuffix("%") {
          return "\(name) \(value): numbers are wanted, without a sign; type \(name) \(value.filter { $0 != "%" })"
        }
      }
      place += 1
    }
    return nil
  }

  private static func onLayers(_ name: String, _ value: String) -> String? {
    if LayerSelection(value) != nil { return nil }
    let form = "\(name) \(value): layer numbers are wanted, such as 16, 8:24 (half-open: 8 to 23) or 1,2,3"
    let bounds = value.split { "-–.".contains($0) }.map { Int($0) }
    guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low < high, value.first?.isNumber ?? false
    else {
      return form
    }
    return "\(form); type \(name) \(low):\(high + 1) for the layers \(low) to \(high)"
  }
}
