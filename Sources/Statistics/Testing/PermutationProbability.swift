/// The probability of what was found under draws of chance, of which `count` are at least as far out: (count + 1) / (draws + 1),
/// as what was found is one of the orders that chance could have drawn (Davison & Hinkley, Bootstrap Methods, section 4.2.5);
/// never 0.
///
/// - Precondition: no more of them than draws.
public func permutationProbability(asFarOut count: Int, of draws: Int) -> Double {
  precondition((0...draws).contains(count), "more draws as far out than draws")
  return Double(count + 1) / Double(draws + 1)
}
