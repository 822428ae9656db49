internal import Files
internal import Glibc
internal import LinearAlgebra

/// Which way to the components is taken, and why.
struct SolverChoice: Sendable {
  let solver: ComponentSolver
  let reason: String

  /// Rates of one core of a common server, from which times are estimated; only their order of magnitude counts.
  private static let (singleRate, doubleRate) = (50e9, 20e9)
  /// Bytes a second that a disk and the page cache give.
  private static let (diskRate, cacheRate) = (1e9, 5e9)
  /// Passes that the randomised way usually takes.
  private static let usualPasses = 6.0
  /// Seconds that nobody minds.
  private static let soon = 2.0
  /// Cores that times are estimated for, whatever this machine has: another number of threads must not choose another way.
  private static let cores = 4.0
  /// Rows whose inner products are decomposed directly.
  private static let mostDual = 4096

  /// For `rows` rows of `columns` dimensions of `rowBytes` bytes on disk, `block` vectors at a time.
  init(_ wanted: ComponentSolver, rows: Int, columns: Int, rowBytes: Int, block: Int) {
    if wanted != .auto {
      (solver, reason) = (wanted, "")
      return
    }
    if rows <= min(columns, Self.mostDual), MemoryBudget().allows(Self.dualBytes(rows: rows, columns: columns)) {
      (solver, reason) = (.dual, "there are no more rows than dimensions")
      return
    }
    let memory = Self.physicalBytes
    let need = Self.covarianceBytes(rows: rows, columns: columns)
    if need > memory / 2 {
      reason =
        "the covariance matrix of \(columns) dimensions takes \(need >> 20) MB, more than half of the machine's memory"
      solver = .randomized
      return
    }
    let (n, d, b, cores) = (Double(rows), Double(columns), Double(block), Self.cores)
    let reading = n * Double(rowBytes) / (rows * rowBytes < memory / 2 ? Self.cacheRate : Self.diskRate)
    let covariance = max(reading, n * d * d / (cores * Self.singleRate)) + 40 * d * d * b / (cores * Self.doubleRate)
    let randomized = Self.usualPasses * (reading + 4 * n * d * b / (cores * Self.doubleRate))
    if max(randomized, covariance) < Self.soon {
      (solver, reason) = (.randomized, "either way takes a moment, and its last pass is in double precision")
      return
    }
    solver = randomized < covariance ? .randomized : .covariance
    let (faster, slower) = (min(randomized, covariance), max(randomized, covariance))
    reason =
      "\(solver == .randomized ? "some \(Int(Self.usualPasses)) passes" : "one pass") over the rows should take \(Self.text(faster)), "
      + "the \(solver == .randomized ? "covariance matrix" : "randomized way") \(Self.text(slower))"
  }

  private static func text(_ seconds: Double) -> String {
    seconds < 1
      ? "less than a second" : seconds < 600 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) min"
  }

  /// The memory of the machine.
  static var physicalBytes: Int { Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(getpagesize()) }

  /// What the dual way holds at one time: the rows as they were read and about their mean, those two as one list, and their products.
  static func dualBytes(rows: Int, columns: Int) -> Int {
    MemoryLayout<Double>.size * (3 * rows * columns + 3 * rows * rows)
  }

  /// What the covariance way holds at one time: sums over shards, one for each halving; blocks of rows; the whole matrix.
  static func covarianceBytes(rows: Int, columns: Int) -> Int {
    let (panels, width) = ((columns + CovarianceTiles.width - 1) / CovarianceTiles.width, CovarianceTiles.width)
    let tiles = panels * (panels + 1) / 2 * min(width, columns) * min(width, columns) * MemoryLayout<Double>.size
    var halvings = 1
    while 1 << (halvings - 1) < ShardPlan(rows: rows).count { halvings += 1 }
    let blocks = 3 * min(rows, ShardPlan.block) * columns * MemoryLayout<Float>.size
    return max(tiles * (halvings + 1) + blocks, tiles + columns * columns * MemoryLayout<Double>.size)
  }
}
