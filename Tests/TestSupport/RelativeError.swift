/// |value − truth| / |truth|; |value| where the truth is 0.
public func relativeError(_ value: Double, _ truth: Double) -> Double {
  let difference = abs(value - truth)
  // Written so that NaN fails every comparison with a tolerance.
  return truth == 0 ? difference : difference / abs(truth)
}
