import Glibc

/// The real functions needed by the models. Pure; from the C library, except those it lacks.
enum RealFunctions {
  static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  static func log(_ x: Double) -> Double { Glibc.log(x) }
  /// `exp(x) - 1` without cancellation near 0.
  static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }

  /// `ln Γ(x)` for `x > 0`.
  ///
  /// The re-entrant form, because `lgamma` writes a global.
  static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// `ln B(a, b)` for `a, b > 0`.
  static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

  /// `d ln Γ(x) / dx` for `x > 0`, to about 1e-14.
  ///
  /// Abramowitz and Stegun: 6.3.5 raises small arguments to 10, 6.3.18 is the asymptotic series from there.
  static func digamma(_ x: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let inverse = 1 / (x * x)
    let series =
      inverse
      * (1.0 / 12 - inverse
        * (1.0 / 120 - inverse
          * (1.0 / 252 - inverse * (1.0 / 240 - inverse * (5.0 / 660 - inverse * 691.0 / 32760)))))
    return sum + log(x) - 0.5 / x - series
  }

  /// `ln(exp(x) + exp(y))` without overflow.
  static func logAddExp(_ x: Double, _ y: Double) -> Double {
    let (low, high) = x < y ? (x, y) : (y, x)
    return high + Glibc.log1p(exp(low - high))
  }
}
