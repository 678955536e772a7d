/// How often customers come back and when they stop: the MBG/NBD model.
///
/// While a customer is alive, orders are a Poisson process with a rate drawn from Γ(r, α); after every order,
/// including the first, the customer leaves for good with a probability drawn from B(a, b). Batislam, Denizel
/// and Filiztekin, "Empirical validation and comparison of models for customer base analysis" (2007). Unlike
/// BG/NBD, customers with a single order may have left, as most of a shop's do.
///
/// Times are weeks since the first order.
package struct RepeatBuyingModel: Hashable, Sendable {
  package let r: Double
  /// In weeks.
  package let alpha: Double
  package let a: Double
  package let b: Double

  /// - Precondition: all are positive and finite.
  package init(r: Double, alpha: Double, a: Double, b: Double) {
    precondition([r, alpha, a, b].allSatisfy { $0 > 0 && $0.isFinite })
    self.r = r
    self.alpha = alpha
    self.a = a
    self.b = b
  }

  /// The probability that a customer who ordered again `repeats` times, last at `lastRepeat`, is still alive
  /// at the age of `age` weeks.
  package func probabilityAlive(repeats: Int, lastRepeat: Double, age: Double) -> Double {
    let x = Double(repeats)
    let silence = RealFunctions.log((alpha + age) / (alpha + lastRepeat))
    // As one exponential: the power alone overflows for frequent buyers who have stopped. At infinity the
    // result is 0.
    return 1 / (1 + RealFunctions.exp(RealFunctions.log(a / (b + x)) + (r + x) * silence))
  }

  /// The expected number of orders in the `weeks` after `age`.
  ///
  /// Uses the published form's hypergeometric function after Euler's transformation, so that nothing
  /// overflows for frequent buyers and `a = 1` is not a singularity.
  package func expectedOrders(repeats: Int, lastRepeat: Double, age: Double, weeks: Double) -> Double {
    guard weeks > 0 else { return 0 }
    let x = Double(repeats)
    let c = a + b + x
    let epsilon = a - 1
    let shift = RealFunctions.log((alpha + age) / (alpha + age + weeks))
    let head = epsilon == 0 ? shift : RealFunctions.expm1(epsilon * shift) / epsilon
    let tail =
      RealFunctions.exp(epsilon * shift) * series(c: c, epsilon: epsilon, z: weeks / (alpha + age + weeks))
    return probabilityAlive(repeats: repeats, lastRepeat: lastRepeat, age: age) * c * (-head - tail)
  }

  /// The expected number of orders of a new customer in the first `weeks` after the first order.
  package func expectedOrders(ofNewCustomerIn weeks: Double) -> Double {
    expectedOrders(repeats: 0, lastRepeat: 0, age: 0, weeks: weeks)
  }

  /// Σ (a+b−r)_j (1+ε)_{j−1} z^j / ((c)_j j!), j from 1.
  private func series(c: Double, epsilon: Double, z: Double) -> Double {
    var term = (a + b - r) / c * z
    var sum = 0.0
    var j = 1.0
    // About 20 terms for a year ahead of a regular customer, some thousand for a century.
    while abs(term) > 1e-17 * abs(sum), j < 1e6 {
      sum += term
      term *= (a + b - r + j) * (epsilon + j) / ((c + j) * (j + 1)) * z
      j += 1
    }
    return sum
  }

  /// The age, in weeks, at which the probability of being alive falls to `probability` if no order comes.
  ///
  /// May be before `lastRepeat`, if the probability was lower all the time.
  /// - Precondition: `0 < probability < 1`.
  package func age(atProbability probability: Double, repeats: Int, lastRepeat: Double) -> Double {
    precondition(probability > 0 && probability < 1)
    let x = Double(repeats)
    let odds = RealFunctions.log((1 / probability - 1) * (b + x) / a)
    return (alpha + lastRepeat) * RealFunctions.exp(odds / (r + x)) - alpha
  }

  /// The probability that a living customer orders within `weeks`.
  package func probabilityOfOrder(within weeks: Double, repeats: Int, age: Double) -> Double {
    let wait = RealFunctions.log((alpha + age) / (alpha + age + weeks))
    return -RealFunctions.expm1((r + Double(repeats)) * wait)
  }
}
