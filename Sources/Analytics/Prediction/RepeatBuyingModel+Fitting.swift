extension RepeatBuyingModel {
  /// The prior of the parameters: their logarithms are normal around these values with a standard deviation
  /// of 1. Weak: it hardly matters with some hundred customers; with fifty it keeps the search from running
  /// to a bound.
  package static let prior = RepeatBuyingModel(r: 0.5, alpha: 8, a: 1, b: 2)

  /// The most likely model for these customers.
  ///
  /// - Parameters:
  ///   - customers: the number of customers with each record.
  ///   - prior: `nil` for the likelihood alone.
  /// - Returns: `nil` without customers, or if none has an age above 0.
  package static func fit(_ customers: [BuyingRecord: Int], prior: RepeatBuyingModel? = prior) -> Fit<Self>? {
    // In a fixed order: floating-point sums depend on it, and a fit must be reproducible.
    let records = customers.sorted {
      ($0.key.repeats, $0.key.lastRepeat, $0.key.age) < ($1.key.repeats, $1.key.lastRepeat, $1.key.age)
    }
    guard records.contains(where: { $0.key.age > 0 }) else { return nil }
    let likelihood = Likelihood(records)
    let count = records.reduce(0.0) { $0 + Double($1.value) }
    let start = Self.prior.logarithms
    let minimum = Minimum(from: start) { logarithms in
      var (value, gradient) = likelihood.at(logarithms)
      if let centre = prior?.logarithms {
        for index in gradient.indices {
          let distance = logarithms[index] - centre[index]
          value -= distance * distance / 2
          gradient[index] -= distance
        }
      }
      // Averaged over the customers, so that one tolerance suits small and large shops.
      return (-value / count, gradient.map { -$0 / count })
    }
    let best = minimum.point.map(RealFunctions.exp)
    guard best.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return Fit(
      model: RepeatBuyingModel(r: best[0], alpha: best[1], a: best[2], b: best[3]),
      logLikelihood: likelihood.at(minimum.point).value, isConverged: minimum.isConverged)
  }

  private var logarithms: [Double] { [r, alpha, a, b].map(RealFunctions.log) }

  /// The log-likelihood of all records, with its gradient by the logarithms of r, α, a, b.
  private struct Likelihood {
    private let records: [(key: BuyingRecord, value: Int)]
    private let mostRepeats: Int
    private let oldest: Int

    init(_ records: [(key: BuyingRecord, value: Int)]) {
      self.records = records
      mostRepeats = Int(records.reduce(0) { max($0, $1.key.repeats) })
      oldest = Int(records.reduce(0) { max($0, $1.key.age) })
    }

    /// Functions of the repeats alone.
    private struct OfRepeats {
      /// `ln Γ(r+x) − ln Γ(r) + ln B(a, b+x+1) − ln B(a, b)`, and its derivatives by r, a and b.
      var value, byR, byA, byB: Double
    }

    func at(_ logarithms: [Double]) -> (value: Double, gradient: [Double]) {
      let parameters = logarithms.map(RealFunctions.exp)
      guard parameters.allSatisfy({ $0 > 1e-9 && $0 < 1e9 }) else { return (-.infinity, [0, 0, 0, 0]) }
      let (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
      let logAlpha = logarithms[1]
      // Records share few distinct counts and days: whatever depends on only one of them is computed once for
      // each.
      let ofDays = (0...oldest).map { RealFunctions.log(alpha + Double($0) / 7) }
      let (digammaR, digammaB) = (RealFunctions.digamma(r), RealFunctions.digamma(b))
      let digammaAB = RealFunctions.digamma(a + b)
      let constant = -RealFunctions.logGamma(r) - RealFunctions.logBeta(a, b)
      var ofRepeats: [Int: OfRepeats] = [:]
      var value = 0.0
      var gradient = [0.0, 0.0, 0.0, 0.0]
      for (record, count) in records {
        let x = Double(record.repeats)
        let shared: OfRepeats
        if let known = ofRepeats[Int(record.repeats)] {
          shared = known
        } else {
          let total = RealFunctions.digamma(a + b + x + 1)
          shared = OfRepeats(
            value: RealFunctions.logGamma(r + x) + RealFunctions.logBeta(a, b + x + 1) + constant,
            byR: RealFunctions.digamma(r + x) - digammaR,
            byA: digammaAB - total,
            byB: RealFunctions.digamma(b + x + 1) - total - digammaB + digammaAB)
          ofRepeats[Int(record.repeats)] = shared
        }
        let (logAge, logLast) = (ofDays[Int(record.age)], ofDays[Int(record.lastRepeat)])
        let ifAlive = -(r + x) * logAge
        let ifGone = logarithms[2] - RealFunctions.log(b + x) - (r + x) * logLast
        let either = RealFunctions.logAddExp(ifAlive, ifGone)
        let alive = RealFunctions.exp(ifAlive - either)
        let gone = 1 - alive
        let weight = Double(count)
        let (age, last) = (Double(record.age) / 7, Double(record.lastRepeat) / 7)
        value += weight * (shared.value + r * logAlpha + either)
        gradient[0] += weight * r * (shared.byR + logAlpha - alive * logAge - gone * logLast)
        gradient[1] += weight * (r - alpha * (r + x) * (alive / (alpha + age) + gone / (alpha + last)))
        gradient[2] += weight * a * (shared.byA + gone / a)
        gradient[3] += weight * b * (shared.byB - gone / (b + x))
      }
      return (value, gradient)
    }
  }
}
