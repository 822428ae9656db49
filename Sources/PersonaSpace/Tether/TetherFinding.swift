public import Statistics

/// What speaks against a tether: a way in which its residuals are not as the walk says, told by an interval that leaves out 0.
public enum TetherFinding: Sendable, Equatable {
  /// Residuals follow one another: conversations rest at points of their own, and the stiffness is understated.
  case persistentResiduals(autocorrelation: Double, Interval)
  /// Residuals alternate: single turns are read with an error, and stiffness and residual noise are overstated.
  case alternatingResiduals(autocorrelation: Double, Interval)
  /// Steps are more uneven near the Assistant, where the correlation of squared residual and position is positive, or away from
  /// it.
  case unevenSteps(correlation: Double, Interval)
  /// Steps farther off than normal noise has them.
  case stragglers(TetherResiduals)
}

extension TetherFit {
  /// Of fewer conversations intervals of residuals are too short, and would speak of what is not there.
  public static let leastCheckedClusters = 10

  /// Whether there are conversations enough to judge the residuals.
  public var isChecked: Bool { clusters >= Self.leastCheckedClusters && residuals.autocorrelation.interval != nil }

  /// What speaks against the tether; empty also of fewer than `leastCheckedClusters` conversations.
  public var findings: [TetherFinding] {
    guard clusters >= Self.leastCheckedClusters else { return [] }
    var findings: [TetherFinding] = []
    let (lag, size) = (residuals.autocorrelation, residuals.heteroscedasticity)
    if let interval = lag.interval, interval.isPositive {
      findings.append(.persistentResiduals(autocorrelation: lag.value, interval))
    } else if let interval = lag.interval, interval.isNegative {
      findings.append(.alternatingResiduals(autocorrelation: lag.value, interval))
    }
    if let interval = size.interval, interval.isPositive || interval.isNegative {
      findings.append(.unevenSteps(correlation: size.value, interval))
    }
    if residuals.hasStragglers { findings.append(.stragglers(residuals)) }
    return findings
  }

  /// Whether positions move away from the resting point: all of the interval of the stiffness is below 0.
  public var isRepelled: Bool { stiffness?.isNegative ?? false }
}
