extension ReportData {
  /// What the cap that was chosen does on the conversations that chose it, and on the others.
  func capHalvesTable() -> ReportSection.Table? {
    guard let first = capHalves.first else { return nil }
    let hasBenign = capHalves.contains { $0.benign.value.isFinite }
    let table = FigureTable(
      [
        .init("conversations", "half"), .init("number", "conversations", decimals: 0),
        .init("share of the fall taken", "drift_reduction", decimals: 3),
        .init("low", "drift_reduction_low", decimals: 3), .init("high", "drift_reduction_high", decimals: 3),
      ]
        + (hasBenign
          ? [
            .init("benign turns touched", "benign_share", decimals: 3), .init("low", "benign_low", decimals: 3),
            .init("high", "benign_high", decimals: 3),
          ] : [.init("the default's responses touched", "default_share", decimals: 3)]),
      capHalves.map { half in
        [
          .text(half.isTesting ? "that test it" : "that chose it"), .number(Double(half.conversations)),
          .number(half.reduction.value), .number(half.reduction.low), .number(half.reduction.high),
        ]
          + (hasBenign
            ? [.number(half.benign.value), .number(half.benign.low), .number(half.benign.high)]
            : [.number(half.defaultShare)])
      })
    let outcome =
      first.isRecommended
      ? "recommended" : "chosen, but not recommended, as the conversations that test it do not bear the choice out"
    return .init(
      title:
        "The cap at layer \(first.layer), tau \(decimal(first.tau, 3)): \(outcome). Budget: \(percentage(first.budget)).",
      numbers: table)
  }
}

extension ReportData.CapHalf {
  /// What it touches that it should leave alone, in words.
  var cost: String {
    benign.value.isFinite
      ? "\(benign.share) of benign turns" : "\(percentage(defaultShare)) of the default's responses"
  }
}
