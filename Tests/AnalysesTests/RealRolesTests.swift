import Analyses
internal import Dumps
import Files
import Foundation
internal import PersonaSpace
import TestSupport
import Testing

/// The 275 real role vectors of two models against the numbers of the NumPy definitions.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct RealRolesTests {
  private struct Expected: Decodable {
    struct Default: Decodable { let projection, percentile, relative: Double }

    let roles, hiddenSize: Int
    let axisNorm, randomNull95, massiveShare: Double
    let varianceRatio, cosAxisPc: [Double]
    let componentsFor: [String: Int]
    let `default`: Default
    let role: [String: [String: Double]]
  }

  /// f64 against f64: the largest difference seen is 5e-12, of a cosine of 2e-5.
  private let tolerance = 1e-9

  @Test(arguments: ["llama-3.1-8b", "qwen2.5-7b"])
  func everyNumberAgreesWithTheDefinitions(model: String) async throws {
    let expected = try SharedData.expected("space-\(model).json", as: Expected.self)
    let folder = try TemporaryFolder()
    let output = try OutputFolder(path: folder.path, names: FitRun.outputs, replacing: false)
    let (result, inputs) = try await FitRun(SharedData.file("real/roles/\(model)"), options: FitOptions()).run(
      into: output)
    try output.commit()
    #expect(result.verdict == .found)
    #expect(inputs.count == 276)

    let layer = try #require(try PlainTable(folder("layers.csv")).rows.first)
    #expect(layer["roles"] == "\(expected.roles)" && layer["hidden_size"] == "\(expected.hiddenSize)")
    #expect(relativeError(layer.number("axis_norm"), expected.axisNorm) < tolerance)
    #expect(relativeError(layer.number("massive_share"), expected.massiveShare) < tolerance)
    #expect(relativeError(layer.number("default_percentile"), expected.default.percentile) < tolerance)
    #expect(relativeError(layer.number("default_relative"), expected.default.relative) < tolerance)
    for (share, count) in expected.componentsFor {
      let percent = Int((try #require(Double(share)) * 100).rounded())
      #expect(layer["components_\(percent)"] == "\(count)")
    }
    // The reference draws 200,000 random directions; its quantile has a standard error of about
    // √(.95 · .05 / 200,000) / density = 1.3e-4 relative, ours is the closed form.
    #expect(relativeError(layer.number("random_null_95"), expected.randomNull95) < 1e-3)

    let components = try PlainTable(folder("components.csv")).rows
    #expect(components.count == 274)
    for i in 0..<10 {
      #expect(relativeError(components[i].number("variance_ratio"), expected.varianceRatio[i]) < tolerance)
      #expect(relativeError(components[i].number("cos_axis"), expected.cosAxisPc[i]) < tolerance)
    }

    let roles = try PlainTable(folder("roles.csv")).rows
    #expect(roles.count == 276)
    for row in roles {
      let name = try #require(row["role"])
      if name == "default" {
        #expect(relativeError(row.number("axis_projection"), expected.default.projection) < tolerance)
        #expect(row["rank"] == "" && abs(row.number("axis_position") - 1) < 1e-14)
        continue
      }
      for (column, truth) in try #require(expected.role[name]) {
        #expect(relativeError(row.number(column), truth) < tolerance, "\(name), \(column)")
      }
    }
    // Rank 1 is the highest position.
    let best = try #require(expected.role.max { $0.value["axis_position"] ?? 0 < $1.value["axis_position"] ?? 0 })
    #expect(roles.first { $0["rank"] == "1" }?["role"] == best.key)
  }

  @Test func theSentenceEncoderHasNoAxis() async throws {
    let folder = try TemporaryFolder()
    let output = try OutputFolder(path: folder.path, names: FitRun.outputs, replacing: false)
    let path = SharedData.file("real/roles-encoder/minilm-l6")
    let result = try await FitRun(path, options: FitOptions()).run(into: output).result
    try output.commit()
    #expect(result.verdict == .absent)
    // The published cosines by layer, to their two decimals.
    let cosines = try PlainTable(folder("layers.csv")).rows.map { $0.number("cos_axis_pc1") }
    #expect(cosines.count == 7)
    for (cosine, truth) in zip(cosines, [0.16, 0.05, 0.08, 0.08, 0.01, 0, 0.05]) {
      #expect(abs(cosine - truth) < 0.0051)
    }
  }

  private struct ExpectedTraits: Decodable {
    struct Layer: Decodable {
      let layer, c70, c90: Int
      let ratio: [Double]
    }

    let layers: [Layer]
  }

  @Test func everyLayerOfTheTraitsAgrees() async throws {
    let expected = try SharedData.expected("traits-llama-3.1-8b.json", as: ExpectedTraits.self)
    let folder = try TemporaryFolder()
    let output = try OutputFolder(path: folder.path, names: FitRun.outputs, replacing: false)
    var options = FitOptions()
    (options.componentsOnly, options.settings.threads) = (true, 2)
    _ = try await FitRun(SharedData.file("real/traits"), options: options).run(into: output)
    try output.commit()
    let (layers, components) = (try PlainTable(folder("layers.csv")), try PlainTable(folder("components.csv")))
    #expect(layers.rows.count == 32)
    for truth in expected.layers {
      let layer = try #require(layers.rows(where: ["layer": "\(truth.layer)"]).first)
      #expect(layer["components_70"] == "\(truth.c70)" && layer["components_90"] == "\(truth.c90)")
      #expect(layer["axis_norm"] == "" && layer["verdict"] == "")
      let rows = components.rows(where: ["layer": "\(truth.layer)"])
      #expect(rows.count == 39 && truth.ratio.count == 5)
      for (row, ratio) in zip(rows, truth.ratio) {
        #expect(relativeError(row.number("variance_ratio"), ratio) < tolerance)
      }
    }
  }
}
