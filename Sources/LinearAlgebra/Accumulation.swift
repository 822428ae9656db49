internal import COpenBLAS

/// Adds `factor` times the `count` numbers of `source` from `start` on to those of `sums` from `place` on (BLAS `daxpy`).
public func accumulate(
  _ source: [Double], from start: Int = 0, count: Int, times factor: Double = 1, into sums: inout [Double],
  at place: Int = 0
) {
  precondition(
    start >= 0 && place >= 0 && count >= 0 && start + count <= source.count && place + count <= sums.count,
    "outside the vectors")
  BLASThreads.useOne()
  unsafe source.withUnsafeBufferPointer { x in
    unsafe sums.withUnsafeMutableBufferPointer { y in
      guard count > 0, let x = x.baseAddress, let y = y.baseAddress else { return }
      unsafe cblas_daxpy(Int32(count), factor, x + start, 1, y + place, 1)
    }
  }
}
