/// One of several parts of a piece of work.
public struct WorkPart: Sendable, Equatable {
  /// Its number, from 1, and how many there are.
  public let number, count: Int

  /// Reads `2/8`; nil for another text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], (1...100_000).contains(count),
      (1...count).contains(number)
    else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// The number `number` of `count`, from 1.
  init(_ number: Int, of count: Int) { (self.number, self.count) = (number, count) }

  /// The name of its file.
  public var fileName: String { "part-\(number)-of-\(count).safetensors" }

  /// Its share of `items` items.
  func range(of items: Int) -> Range<Int> { (number - 1) * items / count..<number * items / count }

  /// Its share of items of these sizes, a range of them: one whose middle lies in the part's share of the bytes.
  ///
  /// What the parts get differs by the size of one item at most, and follows from the sizes alone.
  func range(ofSizes sizes: [Int]) -> Range<Int> {
    // Of what sparse files claim, an integer may not hold the sum.
    let total = sizes.reduce(0) { $0 + Double($1) }
    var (before, first, end) = (0.0, 0, 0)
    for size in sizes {
      let middle = before + Double(size) / 2
      let owner = total > 0 ? min(Int(middle / total * Double(count)), count - 1) : 0
      if owner < number - 1 { first += 1 }
      if owner < number { end += 1 }
      before += Double(size)
    }
    return first..<end
  }
}
