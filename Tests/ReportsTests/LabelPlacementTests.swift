import Testing

@testable import Reports

struct LabelPlacementTests {
  private let bounds = Box(x: 0, y: 0, width: 400, height: 300)

  @Test func labelsCoverNeitherEachOtherNorTheirPointsAndStayInside() {
    // A spiral of points, close in the middle: some labels have no room, none that is placed may collide.
    let points = (0..<60).map { index in
      let (angle, radius) = (Double(index) * 2.399_963, 3 * Double(index).squareRoot() * 5)
      return (
        x: 200 + radius * cosine(angle), y: 150 + radius * cosine(angle - .pi / 2), text: "role number \(index)"
      )
    }
    var placement = LabelPlacement(within: bounds, size: 12)
    let placed = placement.place(points, radius: 4)
    #expect(placed.count > 15)
    for (index, label) in placed.enumerated() {
      #expect(bounds.holds(label.box))
      for other in placed.dropFirst(index + 1) { #expect(!label.box.meets(other.box)) }
      for point in points {
        #expect(!label.box.meets(Box(x: point.x - 4, y: point.y - 4, width: 8, height: 8)))
      }
    }
  }

  @Test func aLabelAtTheRightEdgeStandsOnTheLeftOfItsPoint() throws {
    var placement = LabelPlacement(within: bounds, size: 12)
    let label = try #require(placement.place([(x: 395, y: 150, text: "default")], radius: 4).first)
    #expect(label.box.x + label.box.width <= 391)
  }

  @Test func heightsAreSpreadNoMoreThanItTakes() {
    #expect(LabelPlacement.spread([10, 100, 60], height: 15, low: 0, high: 200) == [10, 100, 60])
    let close = LabelPlacement.spread([50, 52, 51], height: 15, low: 0, high: 200)
    let sorted = close.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 15 })
    #expect(close[0] < close[2] && close[2] < close[1])
    #expect(LabelPlacement.spread([195, 199], height: 15, low: 0, high: 200) == [185, 200])
  }

  @Test func longNamesAreCutToTheirWidth() {
    let name = String(repeating: "a very long name ", count: 300)
    let cut = TextMetrics.fitted(name, width: 100, size: 12)
    #expect(TextMetrics.width(cut, size: 12) <= 100)
    #expect(cut.contains("…"))
    #expect(TextMetrics.fitted("short", width: 100, size: 12) == "short")
  }

  @Test func pointsOfASwarmDoNotCoverEachOther() {
    let x = [0.0, 1, 2, 3, 10, 10, 10.5, 30]
    let places = ReportData.swarm(x, diameter: 7)
    for a in x.indices {
      for b in x.indices where b > a && places[a] == places[b] { #expect(abs(x[a] - x[b]) >= 7) }
    }
    #expect(places[7] == 0)
  }

  /// The cosine, by its series: this target has no mathematics of its own.
  private func cosine(_ angle: Double) -> Double {
    let turn = angle.remainder(dividingBy: 2 * .pi)
    var (sum, term) = (0.0, 1.0)
    for k in 0..<20 {
      sum += term
      term *= -turn * turn / Double((2 * k + 1) * (2 * k + 2))
    }
    return sum
  }
}
