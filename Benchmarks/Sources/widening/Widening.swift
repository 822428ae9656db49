import TensorFiles

/// Seconds to widen bfloat16 to float32, once over all pieces, on one core:   widening PIECES BYTES ROUNDS
///
/// Each piece is widened into the same memory, as a reader does that hands on piece after piece. Prints a number a round.
@main struct Widening {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard arguments.count == 3 else { fatalError("widening PIECES BYTES ROUNDS") }
    let pieces = (0..<arguments[0]).map { piece in
      (0..<arguments[1]).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ piece) }
    }
    var (wide, check) = ([UInt8](), 0)
    for _ in 0..<arguments[2] {
      let start = ContinuousClock.now
      for piece in pieces {
        ElementType.bfloat16.widen(piece, into: &wide)
        check &+= Int(wide[wide.count / 2])
      }
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      print(Double(seconds) + 1e-18 * Double(attoseconds))
    }
    // Keeps the work from being optimised away.
    if check == .min { print(check) }
  }
}
