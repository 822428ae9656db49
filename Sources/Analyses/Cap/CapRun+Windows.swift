internal import Dumps

extension CapRun {
  /// What a cap of all layers of each window, at the percentile that is recommended, touches of the default's own responses.
  func windowShares(
    _ result: CapResult, _ sweep: [[CapThreshold]], _ assistant: AssistantProjections
  ) -> [[Int]: CapResult.WindowShare] {
    guard let percentile = result.chosen.flatMap({ result.caps[$0].percentile }) else { return [:] }
    var shares: [[Int]: CapResult.WindowShare] = [:]
    for layers in result.windows.compactMap(\.window) {
      let own = layers.compactMap { space.layers.firstIndex(of: $0) }.map { index in
        (assistant.byLayer[index], sweep[index].first { $0.percentile == percentile }?.tau)
      }
      // Responses that were left out of a layer leave the rows of layers apart.
      guard let count = own.first?.0.count, count > 0, own.allSatisfy({ $0.0.count == count && $0.1 != nil }) else {
        continue
      }
      let touched = (0..<count).count { response in own.contains { $0.0[response] < ($0.1 ?? -.infinity) } }
      shares[layers] = .init(percentile: percentile, share: Double(touched) / Double(count))
    }
    return shares
  }
}
