internal import COpenBLAS

/// The inner product Σ aᵢ bᵢ (BLAS `ddot`).
public func dotProduct(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  precondition(a.count == b.count, "vectors differ in length")
  BLASThreads.useOne()
  return unsafe a.withUnsafeBufferPointer { x in
    unsafe b.withUnsafeBufferPointer { y in
      unsafe cblas_ddot(Int32(x.count), x.baseAddress, 1, y.baseAddress, 1)
    }
  }
}

/// The inner product Σ aᵢ bᵢ (BLAS `ddot`).
public func dotProduct(_ a: [Double], _ b: [Double]) -> Double {
  dotProduct(a[...], b[...])
}

/// The Euclidean norm √Σ aᵢ² without overflow or underflow on the way (BLAS `dnrm2`).
public func euclideanNorm(_ a: [Double]) -> Double {
  BLASThreads.useOne()
  return unsafe a.withUnsafeBufferPointer { unsafe cblas_dnrm2(Int32($0.count), $0.baseAddress, 1) }
}

/// The elementwise difference a − b.
public func difference(_ a: ArraySlice<Double>, _ b: [Double]) -> [Double] {
  precondition(a.count == b.count, "vectors differ in length")
  // Concrete types and a counted loop: generic collections are not specialised across modules.
  var result = b
  for i in b.indices { result[i] = a[a.startIndex + i] - b[i] }
  return result
}

/// The elementwise difference a − b.
public func difference(_ a: [Double], _ b: [Double]) -> [Double] { difference(a[...], b) }

extension Matrix {
  /// The largest magnitude of an element; 0 of none (BLAS `idamax`).
  public var largestMagnitude: Double {
    BLASThreads.useOne()
    return (0..<rows).reduce(0) { largest, index in
      let row = row(index)
      let place = unsafe row.withUnsafeBufferPointer { unsafe cblas_idamax(Int32($0.count), $0.baseAddress, 1) }
      return row.isEmpty ? largest : max(largest, abs(row[row.startIndex + Int(place)]))
    }
  }
}
