/// The weighted least-squares slope of `y` over `x`; points of no weight do not count. NaN if no two `x` differ.
package func weightedSlope(x: [Double], y: [Double], weights: [Double]) -> Double {
  var (total, meanX, meanY) = (0.0, 0.0, 0.0)
  for i in x.indices where weights[i] > 0 {
    total += weights[i]
    meanX += weights[i] * x[i]
    meanY += weights[i] * y[i]
  }
  (meanX, meanY) = (meanX / total, meanY / total)
  var (xx, xy) = (0.0, 0.0)
  for i in x.indices where weights[i] > 0 {
    xx += weights[i] * (x[i] - meanX) * (x[i] - meanX)
    xy += weights[i] * (x[i] - meanX) * (y[i] - meanY)
  }
  return xx > 0 ? xy / xx : .nan
}
