/// The simplex search for the minimum of a function of a few numbers, without derivatives (Nelder & Mead, Computer Journal 7, 1965;
/// reflection 1, expansion 2, contraction ½, shrinking ½).
struct NelderMead: Sendable {
  /// The search ends when the values at the corners differ by less than this.
  let tolerance: Double
  /// The most values that are computed.
  let mostEvaluations: Int

  /// Where the least value was found.
  struct Minimum: Sendable {
    let point: [Double]
    let value: Double
  }

  /// From the simplex of `start` and of points `steps` away from it, along one coordinate each. A value that is NaN counts as infinite.
  func minimum(from start: [Double], steps: [Double], _ function: ([Double]) -> Double) -> Minimum {
    let size = start.count
    var evaluations = 0
    func value(_ point: [Double]) -> Double {
      evaluations += 1
      let value = function(point)
      return value.isNaN ? .infinity : value
    }
    var corners = [Minimum(point: start, value: value(start))]
    for index in 0..<size {
      var point = start
      point[index] += steps[index]
      corners.append(Minimum(point: point, value: value(point)))
    }
    while evaluations < mostEvaluations {
      corners.sort { $0.value < $1.value }
      let (best, worst) = (corners[0], corners[size])
      if worst.value - best.value < tolerance { break }
      var centre = [Double](repeating: 0, count: size)
      for corner in corners.dropLast() {
        for index in 0..<size { centre[index] += corner.point[index] / Double(size) }
      }
      func along(_ factor: Double) -> Minimum {
        var point = centre
        for index in 0..<size { point[index] += factor * (worst.point[index] - centre[index]) }
        return Minimum(point: point, value: value(point))
      }
      let reflected = along(-1)
      if reflected.value < best.value {
        let expanded = along(-2)
        corners[size] = expanded.value < reflected.value ? expanded : reflected
      } else if reflected.value < corners[size - 1].value {
        corners[size] = reflected
      } else {
        let contracted = along(reflected.value < worst.value ? -0.5 : 0.5)
        if contracted.value < min(reflected.value, worst.value) {
          corners[size] = contracted
        } else {
          for corner in 1...size {
            let point = zip(corners[corner].point, best.point).map { ($0 + $1) / 2 }
            corners[corner] = Minimum(point: point, value: value(point))
          }
        }
      }
    }
    return corners.min { $0.value < $1.value } ?? corners[0]
  }
}
