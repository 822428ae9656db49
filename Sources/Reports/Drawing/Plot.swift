/// The frame that numbers are drawn in: two scales, their axes, lines across.
struct Plot {
  /// The text of axes and labels, in pixels.
  static let size = 12.0

  let x, y: LinearScale
  /// Where the numbers are, within the figure.
  let inner: Box

  /// The scales over `x` and `y` in a figure of `width` by `height`, with room around for the axes.
  init(
    width: Double = Figure.width, height: Double, left: Double = 52, right: Double = 14, top: Double = 12,
    bottom: Double = 46,
    x: (Double, Double) -> LinearScale, y: (Double, Double) -> LinearScale
  ) {
    inner = Box(x: left, y: top, width: width - left - right, height: height - top - bottom)
    self.x = x(left, width - right)
    self.y = y(height - bottom, top)
  }

  private var bottom: Double { inner.y + inner.height }
  private var right: Double { inner.x + inner.width }

  /// A line from one point to another.
  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> Markup {
    .element(
      "path", ["class": kind, "d": "M\(coordinate(x1)) \(coordinate(y1))L\(coordinate(x2)) \(coordinate(y2))"])
  }

  /// A text at a point, anchored at its `start`, `middle` or `end`.
  static func text(
    _ x: Double, _ y: Double, _ text: String, _ kind: String = "t", anchor: String? = nil, transform: String? = nil
  ) -> Markup {
    .element(
      "text",
      [
        "class": kind, "x": coordinate(x), "y": coordinate(y), "text-anchor": anchor, "transform": transform,
      ], text: text)
  }

  /// A line through `points`, broken where one is missing.
  static func curve(_ points: [(x: Double, y: Double)?], _ kind: String) -> Markup {
    var (path, isDrawing) = ("", false)
    for point in points {
      guard let point else {
        isDrawing = false
        continue
      }
      path += (isDrawing ? "L" : "M") + "\(coordinate(point.x)) \(coordinate(point.y))"
      isDrawing = true
    }
    return .element("path", ["class": kind, "d": path])
  }

  /// The area between two curves over the same x.
  static func band(_ points: [(x: Double, low: Double, high: Double)], _ kind: String) -> Markup {
    guard points.count > 1 else { return Markup() }
    let there = points.map { "\(coordinate($0.x)) \(coordinate($0.high))" }
    let back = points.reversed().map { "\(coordinate($0.x)) \(coordinate($0.low))" }
    return .element("path", ["class": kind, "d": "M" + (there + back).joined(separator: "L") + "Z"])
  }

  /// The axis of x, with a line across at each tick. `whole` has ticks at whole numbers alone.
  func xAxis(_ title: String, about count: Int = 6, isWhole: Bool = false, hasGrid: Bool = true) -> Markup {
    var result = Markup()
    let decimals = x.decimals(about: count)
    for tick in x.ticks(about: count) where !isWhole || tick == tick.rounded() {
      if hasGrid { result.append(Self.line(x(tick), inner.y, x(tick), bottom, "g")) }
      result.append(Self.text(x(tick), bottom + 16, decimal(tick, isWhole ? 0 : decimals), anchor: "middle"))
    }
    result.append(Self.line(inner.x, bottom, right, bottom, "a"))
    result.append(Self.text(inner.x + inner.width / 2, bottom + 36, title, "tt", anchor: "middle"))
    return result
  }

  /// The axis of y, with a line across at each tick.
  func yAxis(_ title: String, about count: Int = 5, share: Bool = false) -> Markup {
    var result = Markup()
    let decimals = y.decimals(about: count)
    for tick in y.ticks(about: count) {
      result.append(Self.line(inner.x, y(tick), right, y(tick), "g"))
      let text = share ? decimal(100 * tick, max(0, decimals - 2)) + " %" : decimal(tick, decimals)
      result.append(Self.text(inner.x - 6, y(tick) + 4, text, anchor: "end"))
    }
    let middle = inner.y + inner.height / 2
    result.append(
      Self.text(
        13, middle, title, "tt", anchor: "middle", transform: "rotate(-90 13 \(coordinate(middle)))"))
    return result
  }
}
