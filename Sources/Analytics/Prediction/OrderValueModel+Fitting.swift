extension OrderValueModel {
  /// The value of one customer's repeat orders.
  package struct Record: Hashable, Sendable {
    /// Days with an order, except the first; at least 1.
    package let repeats: Int
    /// The mean value of those days' orders, above 0, in a unit shared by all records.
    package let mean: Double

    /// - Precondition: `repeats >= 1`, `mean > 0`.
    package init(repeats: Int, mean: Double) {
      precondition(repeats >= 1 && mean > 0 && mean.isFinite)
      self.repeats = repeats
      self.mean = mean
    }
  }

  /// The most likely model for these customers, in the unit of their means.
  ///
  /// - Parameters:
  ///   - records: customers who came back and paid something; others carry no information here.
  ///   - hasPrior: uses a weak prior with p near 5, q near 4 and v such that a new customer's expected value
  ///     is the mean of the records, each logarithm with a standard deviation of 1.
  /// - Returns: `nil` without records.
  package static func fit(_ records: [Record], hasPrior: Bool = true) -> Fit<Self>? {
    guard !records.isEmpty else { return nil }
    // In units of the mean value, so that the start is equally good for low and high prices.
    let unit = records.reduce(0) { $0 + $1.mean } / Double(records.count)
    let scaled = records.map { Record(repeats: $0.repeats, mean: $0.mean / unit) }
    let centre = [5.0, 4.0, 0.6].map(RealFunctions.log)
    let minimum = Minimum(from: centre) { logarithms in
      var (value, gradient) = likelihood(of: scaled, at: logarithms)
      if hasPrior {
        for index in gradient.indices {
          let distance = logarithms[index] - centre[index]
          value -= distance * distance / 2
          gradient[index] -= distance
        }
      }
      let count = Double(scaled.count)
      return (-value / count, gradient.map { -$0 / count })
    }
    let best = minimum.point.map(RealFunctions.exp)
    guard best.allSatisfy({ $0 > 0 && $0.isFinite }), (best[2] * unit).isFinite else { return nil }
    let model = OrderValueModel(p: best[0], q: best[1], v: best[2] * unit)
    return Fit(
      model: model,
      logLikelihood: likelihood(of: records, at: [model.p, model.q, model.v].map(RealFunctions.log)).value,
      isConverged: minimum.isConverged)
  }

  /// The log-likelihood, and its gradient by the logarithms of p, q and v.
  private static func likelihood(
    of records: [Record], at logarithms: [Double]
  ) -> (value: Double, gradient: [Double]) {
    let parameters = logarithms.map(RealFunctions.exp)
    guard parameters.allSatisfy({ $0 > 1e-9 && $0 < 1e12 }) else { return (-.infinity, [0, 0, 0]) }
    let (p, q, v) = (parameters[0], parameters[1], parameters[2])
    let (logGammaQ, digammaQ) = (RealFunctions.logGamma(q), RealFunctions.digamma(q))
    /// `ln Γ(px+q) − ln Γ(px)`, ψ(px+q) and ψ(px).
    typealias OfRepeats = (value: Double, upper: Double, lower: Double)
    var ofRepeats: [Int: OfRepeats] = [:]
    var value = 0.0
    var gradient = [0.0, 0.0, 0.0]
    for record in records {
      let x = Double(record.repeats)
      let shared: OfRepeats
      if let known = ofRepeats[record.repeats] {
        shared = known
      } else {
        shared = (
          RealFunctions.logGamma(p * x + q) - RealFunctions.logGamma(p * x), RealFunctions.digamma(p * x + q),
          RealFunctions.digamma(p * x)
        )
        ofRepeats[record.repeats] = shared
      }
      let sum = x * record.mean
      let (logSum, logTotal) = (RealFunctions.log(sum), RealFunctions.log(sum + v))
      value +=
        shared.value - logGammaQ + q * logarithms[2] + p * x * logSum - RealFunctions.log(record.mean)
        - (p * x + q) * logTotal
      gradient[0] += p * x * (shared.upper - shared.lower + logSum - logTotal)
      gradient[1] += q * (shared.upper - digammaQ + logarithms[2] - logTotal)
      gradient[2] += q - v * (p * x + q) / (sum + v)
    }
    return (value, gradient)
  }
}
