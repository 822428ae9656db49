import Analyses
internal import Dumps
import Files
import Foundation
import TestSupport
import Testing

@Suite struct CompareRunTests {
  private struct Expected: Decodable {
    let common: Int
    let positionSpearman, cka, rsaSpearman: Double
    let loadingPearson: [Double]
  }

  /// Fits the dump at `path` into `folder`.
  private func fit(_ path: String, _ folder: String) async throws {
    let output = try OutputFolder(path: folder, names: FitRun.outputs, replacing: false)
    var options = FitOptions()
    options.settings.replicates = 0
    _ = try await FitRun(path, options: options).run(into: output)
    try output.commit()
  }

  private func compare(_ paths: [String], _ folder: String, _ options: CompareOptions) async throws -> CompareResult {
    let output = try OutputFolder(path: folder, names: CompareRun.outputs, replacing: true)
    let result = try await CompareRun(paths, options: options).run(into: output)
    try output.commit()
    return result
  }

  /// Two real models against the NumPy definitions; f64 against f64.
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)")) func twoRealModels() async throws {
    let folder = try TemporaryFolder()
    for model in ["llama-3.1-8b", "qwen2.5-7b"] { try await fit(SharedData.file("real/roles/\(model)"), folder(model)) }
    var options = CompareOptions()
    options.settings.replicates = 0
    _ = try await compare([folder("llama-3.1-8b"), folder("qwen2.5-7b")], folder("out"), options)
    let expected = try SharedData.expected("compare-llama-qwen.json", as: Expected.self)
    let rows = try PlainTable(folder("out/comparison.csv")).rows
    func found(_ measure: String) -> Double { rows.first { $0["measure"] == measure }?.number("value") ?? .nan }
    #expect(rows.allSatisfy { $0["common_roles"] == "\(expected.common)" })
    #expect(relativeError(found("position_spearman"), expected.positionSpearman) < 1e-9)
    #expect(relativeError(found("cka"), expected.cka) < 1e-9)
    #expect(relativeError(found("rsa_spearman"), expected.rsaSpearman) < 1e-9)
    for (index, value) in expected.loadingPearson.enumerated() {
      #expect(relativeError(found("loading_pearson_\(index + 1)"), value) < 1e-9)
    }
    #expect(try PlainTable(folder("out/movers.csv")).rows.count == expected.common)
  }

  @Test func mapsOfLayers() {
    #expect(LayerMap("auto") == .automatic && LayerMap("same") == .same && LayerMap("relative") == .relative)
    #expect(LayerMap("16=12,20=15") == .listed([[16, 12], [20, 15]]))
    #expect(LayerMap("-1=-1=0") == .listed([[-1, -1, 0]]))
    for text in ["", "16", "16=", "=16", "16=12,", "a=b", "16:12", "1=99999999999", "-2=0", "1==2"] {
      #expect(LayerMap(text) == nil, "\(text)")
    }
  }

  /// The same bytes for any number of threads.
  @Test func threads() async throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a", UInt64(1)), ("b", 2)] {
      var plan = SynthOptions()
      (plan.roles, plan.layers, plan.dimensions, plan.conversations, plan.seed) = (20, 3, 24, 0, seed)
      try SynthRun(to: folder("\(name)-dump"), options: plan, replacing: false).run()
      try await fit(folder("\(name)-dump"), folder(name))
    }
    var outputs: [[String: [UInt8]]] = []
    for threads in [1, 2, 5] {
      var options = CompareOptions()
      (options.settings.replicates, options.settings.threads) = (110, threads)
      _ = try await compare([folder("a"), folder("b")], folder("out"), options)
      outputs.append(try folderBytes(folder("out")))
    }
    #expect(outputs[0] == outputs[1] && outputs[1] == outputs[2])
  }
}
