/// A cap in one JSON file (`cap-json`): a unit axis and a floor for each layer, under the names that projection-cap interfaces of
/// inference engines have: h′ = h + (max(h · v, min) − h · v) v for every token behind each of the blocks.
package struct CapFile: Codable, Sendable, Equatable {
  /// One layer.
  package struct Layer: Codable, Sendable, Equatable {
    /// The block behind which it caps, counted from 0.
    package let layer: Int
    /// The place in the model, as TransformerLens names it.
    package let hook: String
    /// The unit axis, toward the Assistant; shape (d).
    package let vector: [Double]
    /// The floor on the projection; nil for none.
    package let min: Double?
    /// The ceiling; what this toolkit writes has none.
    package let max: Double?
    /// The floor in axis position, where the axis has positions.
    package let minPosition: Double?

    /// A floor `min` on the projection on `vector` behind block `layer`.
    package init(layer: Int, vector: [Double], min: Double, minPosition: Double?) {
      (self.layer, self.vector, self.min, self.minPosition) = (layer, vector, min, minPosition)
      (hook, max) = ("blocks.\(layer).hook_resid_post", nil)
    }

    enum CodingKeys: String, CodingKey {
      case layer, hook, vector, min, max
      case minPosition = "min_position"
    }
  }

  /// What the file is; `known` is read.
  package let format: String
  /// The name of the cap: `layers_46:54-p0.25`.
  package let id: String
  /// `projection_cap`.
  package let operation: String
  /// Behind which part of a block, as engines name it: `post_block`.
  package let hookPoint: String
  /// What the numbers mean.
  package let conventions: [String: String]
  package let hiddenSize: Int
  package let layers: [Layer]
  /// Where it comes from.
  package let provenance: [String: String]

  /// The format that this version reads and writes.
  package static let known = "persona cap 1"

  /// The cap `id`.
  package init(id: String, hiddenSize: Int, layers: [Layer], provenance: [String: String]) {
    (self.id, self.hiddenSize, self.layers, self.provenance) = (id, hiddenSize, layers, provenance)
    (format, operation, hookPoint) = (Self.known, "projection_cap", "post_block")
    conventions = [
      "layer":
        "block_output: layer l is the residual stream behind block l, counted from 0 (row l + 1 of hidden_states)",
      "vector": "unit length, toward the Assistant",
      "min": "a floor on h . vector, in activation units; published configurations hold -vector and the ceiling -min",
      "formula": "h' = h + (max(h . vector, min) - h . vector) vector, for every token",
      "id": "ranges are half-open; the percentile is that of projections on -vector, as a share",
    ]
  }

  enum CodingKeys: String, CodingKey {
    case format, id, operation, conventions, layers, provenance
    case hookPoint = "hook_point"
    case hiddenSize = "hidden_size"
  }
}
