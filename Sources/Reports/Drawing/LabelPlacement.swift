/// A rectangle, its y growing downward.
package struct Box: Sendable, Equatable {
  package var x, y, width, height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Whether the two have an area in common.
  package func meets(_ other: Box) -> Bool {
    x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
  }

  /// Whether `other` lies within it.
  package func holds(_ other: Box) -> Bool {
    other.x >= x && other.y >= y && other.x + other.width <= x + width && other.y + other.height <= y + height
  }
}

/// Puts labels beside points so that they cover neither each other nor the points that are labelled, and stay inside.
///
/// Greedy, the first label first: each takes the first free place of right, left, above, below and the corners. One that has none is
/// left out, rather than drawn over another.
package struct LabelPlacement {
  /// A label in its place: where its text begins, on the baseline.
  package struct Placed: Sendable, Equatable {
    package let index: Int
    package let text: String
    package let x, y: Double
    package let box: Box
  }

  private let bounds: Box
  private let size: Double
  private var taken: [Box]

  /// Places labels within `bounds`, of text of `size` pixels, clear of `taken`.
  package init(within bounds: Box, size: Double, clearOf taken: [Box] = []) {
    (self.bounds, self.size, self.taken) = (bounds, size, taken)
  }

  /// Places `labels`, each of the point at its x and y of radius `radius`.
  package mutating func place(_ labels: [(x: Double, y: Double, text: String)], radius: Double) -> [Placed] {
    var placed: [Placed] = []
    let own = labels.map { Box(x: $0.x - radius, y: $0.y - radius, width: 2 * radius, height: 2 * radius) }
    for (index, label) in labels.enumerated() {
      let text = TextMetrics.fitted(label.text, width: bounds.width * 0.4, size: size)
      let (width, height, gap) = (TextMetrics.width(text, size: size), size * 1.1, radius + 2)
      let diagonal = gap * 0.7
      let corners: [(Double, Double)] = [
        (gap, -height / 2), (-gap - width, -height / 2), (-width / 2, -gap - height), (-width / 2, gap),
        (diagonal, -diagonal - height), (diagonal, diagonal), (-diagonal - width, -diagonal - height),
        (-diagonal - width, diagonal), (gap, -gap - 1.5 * height), (-gap - width, -gap - 1.5 * height),
      ]
      for (dx, dy) in corners {
        let box = Box(x: label.x + dx, y: label.y + dy, width: width, height: height)
        guard bounds.holds(box), !taken.contains(where: box.meets), !own.contains(where: box.meets) else { continue }
        taken.append(box)
        placed.append(Placed(index: index, text: text, x: box.x, y: box.y + size * 0.88, box: box))
        break
      }
    }
    return placed
  }

  /// Moves the heights of labels of `height` in one column apart, as little as it takes, within `low` to `high`; their order stays.
  package static func spread(_ heights: [Double], height: Double, low: Double, high: Double) -> [Double] {
    let order = heights.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
    var result = heights
    var next = low
    for index in order {
      result[index] = max(heights[index], next)
      next = result[index] + height
    }
    var limit = high
    for index in order.reversed() {
      result[index] = min(result[index], limit)
      limit = result[index] - height
    }
    return result
  }
}
