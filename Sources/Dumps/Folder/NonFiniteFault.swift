public import Files
package import LinearAlgebra

/// A value is NaN or infinite, where none can be, or a vector is nothing but zeros, which no activation is.
public enum NonFiniteFault: FileFault, Equatable {
  /// In a role vector, or the default's.
  case vector(layer: Int, dimension: Int, value: Double)
  /// In a turn, by its number among those of its speaker.
  case turn(Int, speaker: String, layer: Int, dimension: Int, value: Double)
  /// In as many responses of a file, of which this is the first.
  case responses(Int, layer: Int, dimension: Int, value: Double)
  /// In the vector of a trait.
  case trait(layer: Int, dimension: Int, value: Double)
  /// In an axis that comes without its space.
  case axis(layer: Int, dimension: Int, value: Double)
  /// In a direction, as single precision has it.
  case direction(layer: Int, dimension: Int, value: Double)
  /// In a row of a matrix, by its number in its file.
  case row(Int, layer: Int, dimension: Int, value: Double)
  /// In the embedding of a message.
  case embedding(message: Int, dimension: Int)

  /// `found` in a role vector, whose layer is `layer`.
  package static func vector(_ found: NonFiniteElement, layer: Int) -> Self {
    .vector(layer: layer, dimension: found.column, value: found.value)
  }

  /// The fault in words; a value of 0 stands for a vector of zeros.
  public var explanation: String {
    switch self {
    case .vector(let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension)); dump it again, or leave such vectors out with --nonfinite skip (the default \
      cannot be left out: choose other layers with --layers)
      """
    case .turn(let turn, let speaker, let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension, within: "\(speaker == "user" ? "user " : "")turn \(turn), ")); dump it again\
      \(value == 0 ? ", cut padding off" : ""), or leave such turns out whole with --nonfinite skip
      """
    case .responses(let count, let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension)) (\(count) response\(count == 1 ? "" : "s") of the file \(count == 1 ? "has" : "have") such values); dump it \
      again, or leave such responses out with --nonfinite skip
      """
    case .trait(let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension)) of a trait, of which no part can be left out; make it again, or take it out of \
      the folder
      """
    case .axis(let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension)) of the axis; make it again, or take a file of its other layers, which \
      --axis-layers numbers
      """
    case .direction(let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension)) in single precision, which control vectors are of; make the vector again, or bring it \
      near 1 by a factor
      """
    case .row(let row, let layer, let dimension, let value):
      """
      \(Self.place(value, layer, dimension, within: "row \(row), ")); dump it again\(value == 0 ? ", cut padding off" : ""), or \
      leave such rows out with --nonfinite skip
      """
    case .embedding(let message, let dimension):
      "message \(message) has a value that is not finite, at dimension \(dimension); embed it again"
    }
  }

  private static func place(_ value: Double, _ layer: Int, _ dimension: Int, within turn: String = "") -> String {
    value == 0
      ? "nothing but zeros at \(turn)layer \(layer) (never filled, or padding?)"
      : "\(value.isNaN ? "NaN" : "infinity") at \(turn)layer \(layer), dimension \(dimension)"
  }
}
