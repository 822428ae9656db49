internal import Analyses
internal import Dumps

/// What `export` prints.
enum ExportReport {
  static func text(_ result: ExportResult) -> String {
    let layers = result.layers.map(\.layer)
    var lines: [String] = []
    if let id = result.id {
      var table = TextTable(["layer", "tau", "pos"])
      for layer in result.layers { table.append(["\(layer.layer)", fixed(layer.tau, 3), fixed(layer.tauPosition, 2)]) }
      let source = result.source.map { $0 == "given" ? "tau as given" : "tau of \($0)" } ?? ""
      lines += [
        wrapped(
          "\(id): a floor tau on the projection on the axis, also in axis position (mean role 0, default 1); \(source)",
          indent: 0),
        table.text(),
      ]
    } else if result.format == .torchAxis, layers != Array(0..<layers.count) {
      lines.append(
        "The rows are \(layerList(layers)): a dictionary, with the axis under 'axis' and 'layers' in 'metadata'")
    } else {
      lines.append("The rows are \(layerList(layers))")
    }
    if let found = result.verification {
      let difference = found.largestDifference == 0 ? "0" : format(found.largestDifference)
      let of = "\(found.count) values of \(found.activations)"
      lines.append(
        wrapped(
          found.agrees
            ? "Verified: read back, it gives the \(found.compared) of the space on \(of); the largest difference is \(difference) of an activation's length"
            : "NOT VERIFIED: read back, its \(found.compared) differs from the space's by up to \(difference) of an activation's length, over \(of); at most \(ExportResult.Verification.tolerance) is wanted. Do not use the file",
          indent: 0))
    }
    lines.append("Written: \(result.files.joined(separator: ", "))")
    return lines.joined(separator: "\n")
  }

  /// One significant digit, as a power of ten.
  private static func format(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    var (digits, exponent) = (value, 0)
    while digits < 1 {
      digits *= 10
      exponent -= 1
    }
    while digits >= 10 {
      digits /= 10
      exponent += 1
    }
    return "\(Int(digits.rounded()))e\(exponent)"
  }
}
