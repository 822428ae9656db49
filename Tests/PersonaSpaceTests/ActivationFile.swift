import Foundation
import LinearAlgebra
import PersonaSpace

/// The responses in a safetensors file of bf16 tensors of shape (layers, d), named `<label>_p<prompt>_q<question>`, with `_r<run>`
/// where there are runs; read here by hand, as the science knows no files. Rows ascend by name.
struct ActivationFile {
  let keys: [String]
  private let rows: [[[Double]]]

  init(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    let header = try required(JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any])
    var (keys, rows) = ([String](), [[[Double]]]())
    for key in header.keys.sorted() where key != "__metadata__" {
      let entry = try required(header[key] as? [String: Any])
      let shape = try required(entry["shape"] as? [Int])
      let offset = 8 + length + (try required(entry["data_offsets"] as? [Int]))[0]
      keys.append(key)
      rows.append(
        (0..<shape[0]).map { layer in
          (0..<shape[1]).map { j in
            let at = offset + 2 * (layer * shape[1] + j)
            return Double(Float(bitPattern: (UInt32(data[at]) | UInt32(data[at + 1]) << 8) << 16))
          }
        })
    }
    (self.keys, self.rows) = (keys, rows)
  }

  /// The number of layers.
  var layers: Int { rows.first?.count ?? 0 }

  /// Those of row `layer` whose key is wanted.
  func responses(_ layer: Int, where isWanted: (String) -> Bool = { _ in true }) -> PersonaResponses {
    func number(_ key: String, _ letter: String) -> Int {
      let part = key.split(separator: "_").last { $0.hasPrefix(letter) && Int($0.dropFirst()) != nil }
      return part.flatMap { Int($0.dropFirst()) } ?? 0
    }
    let wanted = keys.indices.filter { isWanted(keys[$0]) }
    return PersonaResponses(
      Matrix(wanted.map { rows[$0][layer] }, columns: rows[0][layer].count),
      questions: wanted.map { number(keys[$0], "q") }, prompts: wanted.map { number(keys[$0], "p") })
  }
}

private struct NotThere: Error {}

private func required<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw NotThere() }
  return value
}
