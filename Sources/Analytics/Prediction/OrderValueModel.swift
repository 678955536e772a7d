/// The average value of a customer's orders: the Gamma–Gamma model.
///
/// A customer's order values are Γ(p, ν) with ν drawn from Γ(q, v), independent of the number of orders.
/// Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). Values may be in any unit; `v` is in
/// the same one.
package struct OrderValueModel: Hashable, Sendable {
  package let p: Double
  package let q: Double
  package let v: Double

  /// - Precondition: all are positive and finite.
  package init(p: Double, q: Double, v: Double) {
    precondition([p, q, v].allSatisfy { $0 > 0 && $0.isFinite })
    self.p = p
    self.q = q
    self.v = v
  }

  /// The expected value of an order by a customer whose `repeats` orders after the first had the mean value
  /// `mean`.
  ///
  /// Without repeats it is the mean of all customers. `nil` if the model has no mean (`q <= 1` without
  /// repeats).
  package func expectedValue(repeats: Int, mean: Double) -> Double? {
    let x = Double(repeats)
    let divisor = p * x + q - 1
    guard divisor > 0 else { return nil }
    return p * (v + mean * x) / divisor
  }
}
