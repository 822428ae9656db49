/// Writes `values` less `origin` and times `scales`, where they are given, into `elements` from `place` on; a scale of 0 gives 0.
///
/// - Parameters:
///   - values: a row of numbers, shape (p).
///   - origin, scales: of the same length; nil for 0 and for 1.
public func standardise(
  _ values: [Float], less origin: [Double]?, times scales: [Double]?, into elements: inout [Double], at place: Int
) {
  write(values, origin, scales, &elements, place)
}

/// The same of doubles.
public func standardise(
  _ values: [Double], less origin: [Double]?, times scales: [Double]?, into elements: inout [Double], at place: Int
) {
  write(values, origin, scales, &elements, place)
}

@inline(__always)
private func write<Number: BinaryFloatingPoint>(
  _ values: [Number], _ origin: [Double]?, _ scales: [Double]?, _ elements: inout [Double], _ place: Int
) {
  let count = values.count
  precondition(place >= 0 && place + count <= elements.count, "outside the elements")
  precondition(origin?.count ?? count == count && scales?.count ?? count == count, "lists differ in length")
  unsafe elements.withUnsafeMutableBufferPointer { all in
    unsafe values.withUnsafeBufferPointer { values in
      guard count > 0, let to = unsafe all.baseAddress.map({ unsafe $0 + place }) else { return }
      for j in 0..<count { unsafe to[j] = Double(values[j]) }
      if let origin {
        unsafe origin.withUnsafeBufferPointer { origin in
          for j in 0..<count { unsafe to[j] -= origin[j] }
        }
      }
      if let scales {
        unsafe scales.withUnsafeBufferPointer { scales in
          for j in 0..<count { unsafe to[j] = scales[j] == 0 ? 0 : to[j] * scales[j] }
        }
      }
    }
  }
}
