internal import Dumps
internal import PersonaSpace

extension CapResult {
  /// What to say of floors that lie above every token, or below every one: their rows look like results.
  var extremes: [String] {
    guard caps.allSatisfy({ !$0.tau.isNaN }) else { return [] }
    func note(_ share: Double, _ words: (_ tau: String, _ layers: String, _ what: String) -> String) -> [String] {
      let found = caps.filter { $0.effect.cappedShare == share && $0.effect.turns > 0 }
      return grouped(found) { ["\($0.percentile.map { "\($0)" } ?? "\($0.tau)")", $0.granularity.rawValue] }.map {
        rows in
        let tau = rows[0].percentile.map { "the floor at percentile \($0)" } ?? "the floor \(rows[0].tau)"
        let what = rows[0].granularity == .token ? "token" : "turn's mean"
        return words(tau, layerList(rows.map(\.layer)), what)
      }
    }
    return note(1) { "\($0) lies above every \($2) at \($1): it caps everything there" }
      + (caps.allSatisfy { $0.effect.cappedShare == 0 }
        ? ["no floor touches anything: every token lies above them; give a higher --tau or --percentile"] : [])
  }
}
