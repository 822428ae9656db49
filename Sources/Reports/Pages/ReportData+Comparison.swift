extension ReportData {
  /// A measure by which two spaces are compared.
  package struct Measure: Sendable {
    package let a, b, name: String
    package let layerA, layerB: Int
    package let value: Estimated
    package let null: Double?
    /// The component of the second space, from 1, that the measure's component was matched with; nil if it is of none.
    package let match: Int?

    package init(
      a: String, b: String, name: String, layerA: Int, layerB: Int, value: Estimated, null: Double?, match: Int?
    ) {
      (self.a, self.b, self.name, self.layerA, self.layerB) = (a, b, name, layerA, layerB)
      (self.value, self.null, self.match) = (value, null, match)
    }
  }

  /// Two spaces that are compared.
  package struct ComparedPair: Sendable, Hashable {
    package let a, b: String

    package init(a: String, b: String) { (self.a, self.b) = (a, b) }
  }

  /// How the roles of two spaces moved from one to the other.
  package struct Movement: Sendable {
    package let pair: ComparedPair
    package let layerA, layerB: Int
    package var movers: [Mover] = []
    /// Why it is not tested whether roles moved; empty where it is.
    package var note = ""

    package init(_ pair: ComparedPair, layerA: Int, layerB: Int) {
      (self.pair, self.layerA, self.layerB) = (pair, layerA, layerB)
    }
  }

  /// A role in two spaces.
  package struct Mover: Sendable {
    package let role: String
    package let positionA, positionB: Double
    /// The change of position as it is.
    package let plainChange: Double
    /// That without the bias of errors of measurement; nil where these are not known.
    package let corrected: Double?
    /// The ends of the interval are about the change without bias, where there is one.
    package let low, high: Double?
    package let q: Double?
    /// Whether it moved farther than measurement alone makes it; nil where that is not tested.
    package let hasMoved: Bool?

    package init(
      role: String, positionA: Double, positionB: Double, change: Double, corrected: Double?, low: Double?,
      high: Double?, q: Double?, hasMoved: Bool?
    ) {
      (self.role, self.positionA, self.positionB, self.plainChange) = (role, positionA, positionB, change)
      (self.corrected, self.low, self.high, self.q, self.hasMoved) = (corrected, low, high, q, hasMoved)
    }

    /// The change that the interval is of.
    package var change: Estimated { Estimated(corrected ?? plainChange, low, high) }
  }
}
