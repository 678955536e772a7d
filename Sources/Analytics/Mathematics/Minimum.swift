/// The minimum of a smooth function, found with its gradient.
///
/// BFGS (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 6.1), for functions of a few
/// variables: the inverse Hessian is a full matrix.
struct Minimum: Sendable {
  let point: [Double]
  let value: Double
  /// False if the maximum of steps was reached before the gradient vanished: `point` is only the best seen.
  let isConverged: Bool

  /// - Parameters:
  ///   - start: a point at which `function` is finite.
  ///   - tolerance: the gradient's largest component counts as zero below this share of `max(1, |value|)`.
  ///   - function: value and gradient at a point. A value that is not finite marks a point to avoid.
  init(
    from start: [Double], tolerance: Double = 1e-7, steps: Int = 500,
    of function: ([Double]) -> (value: Double, gradient: [Double])
  ) {
    var point = start
    var (value, gradient) = function(start)
    var inverse = Self.identity(start.count)
    var isConverged = Self.isFlat(gradient, value, tolerance)
    var step = 0
    while !isConverged, step < steps {
      step += 1
      var direction = Self.product(inverse, gradient).map { -$0 }
      var slope = Self.dot(direction, gradient)
      if !(slope < 0) {
        inverse = Self.identity(start.count)
        direction = gradient.map { -$0 }
        slope = Self.dot(direction, gradient)
      }
      guard let next = Self.step(from: (point, value, gradient), along: direction, slope: slope, of: function)
      else {
        // No lower point in a descending direction: this is the limit of the arithmetic.
        isConverged = Self.isFlat(gradient, value, tolerance * 100)
        break
      }
      let moved = zip(next.point, point).map { $0 - $1 }
      let bent = zip(next.gradient, gradient).map { $0 - $1 }
      Self.update(&inverse, moved: moved, bent: bent)
      (point, value, gradient) = next
      isConverged = Self.isFlat(gradient, value, tolerance)
    }
    self.point = point
    self.value = value
    self.isConverged = isConverged
  }

  private typealias Place = (point: [Double], value: Double, gradient: [Double])

  /// A lower point along `direction` where the function is less steep than at the start (the weak Wolfe
  /// conditions), found by doubling and halving. `nil` if the arithmetic finds none.
  private static func step(
    from start: Place, along direction: [Double], slope: Double,
    of function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Place? {
    // For logarithms of parameters, a step by more than a factor of e² is too risky.
    let length = direction.reduce(0) { max($0, abs($1)) }
    let longest = 2 / length
    var (low, high) = (0.0, Double.infinity)
    var scale = min(1, longest)
    var lower: Place?
    for _ in 0..<60 {
      let point = zip(start.point, direction).map { $0 + scale * $1 }
      let (value, gradient) = function(point)
      if value < start.value, value <= start.value + 1e-4 * scale * slope {
        lower = (point, value, gradient)
        guard dot(gradient, direction) < 0.9 * slope, scale < longest else { break }
        low = scale
      } else {
        high = scale
      }
      scale = high.isFinite ? (low + high) / 2 : min(2 * low, longest)
    }
    return lower
  }

  private static func isFlat(_ gradient: [Double], _ value: Double, _ tolerance: Double) -> Bool {
    gradient.allSatisfy { abs($0) <= tolerance * max(1, abs(value)) }
  }

  private static func identity(_ size: Int) -> [[Double]] {
    (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { dot($0, vector) }
  }

  /// Equation 6.17, skipped where the curvature is not positive, which keeps the matrix positive definite.
  private static func update(_ inverse: inout [[Double]], moved: [Double], bent: [Double]) {
    let curvature = dot(moved, bent)
    guard curvature > 1e-12 else { return }
    let image = product(inverse, bent)
    let factor = (1 + dot(bent, image) / curvature) / curvature
    for row in moved.indices {
      for column in moved.indices {
        inverse[row][column] +=
          factor * moved[row] * moved[column]
          - (image[row] * moved[column] + moved[row] * image[column]) / curvature
      }
    }
  }
}
