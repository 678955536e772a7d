import Analytics
import Glibc
import Support
import Testing

/// Other samples than the published one, fitted here and by the Python package `lifetimes`.
@Suite struct LifetimesOracleTests {
  /// Reads one record a line, prints the fitted r, α, a, b and then, for each record, P(alive) and the orders of 26 weeks.
  private static let script = """
    import sys, warnings
    warnings.filterwarnings('ignore')
    import numpy as np
    from lifetimes import ModifiedBetaGeoFitter
    rows = np.array([[float(c) for c in line.split()] for line in sys.stdin])
    x, tx, T = rows[:, 0], rows[:, 1] / 7, rows[:, 2] / 7
    model = ModifiedBetaGeoFitter()
    model.fit(x, tx, T)
    p = model.params_
    print(*(repr(float(p[name])) for name in ('r', 'alpha', 'a', 'b')))
    alive = model.conditional_probability_alive(x, tx, T)
    orders = model.conditional_expected_number_of_purchases_up_to_time(26, x, tx, T)
    for row in zip(alive, orders): print(*(repr(float(v)) for v in row))
    """

  @Test func `simulated shops are fitted and predicted as by lifetimes`() throws {
    let venv = try #require(
      getenv("REPRISE_TEST_VENV").map { String(cString: $0) },
      "REPRISE_TEST_VENV is not set: run `make test`, which makes a Python environment with lifetimes")
    var random = SeededGenerator()
    for _ in 0..<rounds(2) {
      let records = Self.shop(of: 1500, using: &random)
      let input = records.map { "\($0.repeats) \($0.lastRepeat) \($0.age)\n" }.joined()
      let result = try spawn(["\(venv)/bin/python3", "-c", Self.script], input: Array(input.utf8))
      try #require(result.status == 0, "\(result.errorText)")
      let lines = result.text.split(separator: "\n").map {
        $0.split(separator: " ").compactMap { Double($0) }
      }
      let theirs = RepeatBuyingModel(r: lines[0][0], alpha: lines[0][1], a: lines[0][2], b: lines[0][3])
      let counts = Dictionary(records.map { ($0, 1) }, uniquingKeysWith: +)
      let fit = try #require(RepeatBuyingModel.fit(counts, prior: nil))
      #expect(fit.isConverged)
      // a and b alone are hardly told apart by such a sample; what the model says of the customers is.
      for (record, values) in zip(records, lines.dropFirst()) {
        let (last, age) = (Double(record.lastRepeat) / 7, Double(record.age) / 7)
        let repeats = Int(record.repeats)
        let alive = theirs.probabilityAlive(repeats: repeats, lastRepeat: last, age: age)
        #expect(abs(alive - values[0]) < 1e-9)
        #expect(abs(fit.model.probabilityAlive(repeats: repeats, lastRepeat: last, age: age) - alive) < 0.02)
        let orders = theirs.expectedOrders(repeats: repeats, lastRepeat: last, age: age, weeks: 26)
        #expect(abs(orders - values[1]) < 1e-6 * max(1, orders))
      }
    }
  }

  /// Customers drawn from the model itself with r and a of 1, seen for up to 80 weeks.
  private static func shop(of size: Int, using random: inout SeededGenerator) -> [BuyingRecord] {
    let b = Double.random(in: 1...3, using: &random)
    let alpha = Double.random(in: 20...80, using: &random)
    return (0..<size).map { _ in
      let end = Int.random(in: 30...560, using: &random)
      let rate = exponential(using: &random) / alpha
      let leaving = 1 - exp(-exponential(using: &random) / b)
      var days = [0]
      var day = 0.0
      while Double.random(in: 0..<1, using: &random) > leaving {
        day += exponential(using: &random) / rate
        guard day < Double(end) else { break }
        days.append(Int(day))
      }
      return BuyingRecord(days: days, end: end)!
    }
  }

  private static func exponential(using random: inout SeededGenerator) -> Double {
    -log(Double.random(in: 1e-12..<1, using: &random))
  }
}
