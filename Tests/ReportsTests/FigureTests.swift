import Testing

@testable import Reports

struct FigureTests {
  /// A space of `count` roles at `layers`, of which one has a name full of markup.
  private func space(_ count: Int, layers: [Int]) -> ReportData {
    var data = ReportData()
    (data.layers, data.shown) = (layers, layers[0])
    for layer in layers {
      data.roles[layer] = (0..<count).map { index in
        let place = Double(index) / Double(max(count - 1, 1)) * 2 - 1
        return .init(
          name: index == 0 ? "<script>alert(1)</script>" : "role \(index)", group: "",
          position: Estimated(place, place - 0.1, place + 0.1), pc1: place * 3, pc2: place * place, rank: count - index)
      }
      data.scan.append(
        .init(
          layer: layer, roles: count, cosine: Estimated(0.9, 0.8, 0.95), randomNull: 0.15,
          componentRatio: Estimated(0.4), aboveChance: 2, verdict: "found", isRecommended: false, massiveCarries: false)
      )
    }
    return data
  }

  @Test(arguments: [1, 3, 45, 2_000])
  func everyRoleHasAPointInside(count: Int) throws {
    let figure = try #require(space(count, layers: [4]).axisStrip())
    let frame = figure.shownFrame
    #expect(Set(frame.marks.map(\.row)) == Set(0..<count))
    #expect(frame.marks.allSatisfy { $0.x >= 0 && $0.x <= figure.width && $0.y >= 0 && $0.y <= figure.height })
    #expect(frame.table.rows.count == count)
  }

  @Test func namesAreEscapedInFilesPagesAndScripts() {
    let page = ReportPage(space(12, layers: [0, 1]))
    for figure in page.figures { #expect(!figure.text.contains("<script")) }
    // The page has two scripts of its own: the data and what works on them.
    #expect(page.html.split(separator: "<script", omittingEmptySubsequences: false).count == 3)
    #expect(page.html.split(separator: "</script", omittingEmptySubsequences: false).count == 3)
  }

  @Test func aFileHasNoNameOfAColourLeft() {
    for figure in ReportPage(space(12, layers: [0])).figures { #expect(!figure.text.contains("var(")) }
  }

  @Test func aFigureOfNothingIsNone() {
    let data = ReportData()
    #expect(data.axisStrip() == nil && data.driftChanges() == nil && data.personaMap() == nil)
    #expect(data.trajectory() == nil && data.capTradeOff() == nil && data.layerScan() == nil)
  }

  @Test func aFigureIsShownAtTheNearestLayerThatItHas() throws {
    var data = space(12, layers: [0, 5, 9])
    data.shown = 9
    data.roles[9] = nil
    #expect(try #require(data.axisStrip()).layer == 5)
  }
}
