/// Converts orders to scores, with cuts for one shop at one time.
///
/// Frequency has fixed steps, because most customers of most shops have a single order and quantiles would
/// split equals. Recency and monetary value are cut by middle ranks: in fifths from 500 buyers on, in thirds
/// (scores 1, 3, 5) from 100; a smaller shop has fixed steps for recency and no monetary score.
package struct RFMRules: Hashable, Sendable {
  /// One customer with at least one standing order.
  package struct Buyer: Hashable, Sendable {
    /// Since the last order's day.
    package let days: Int
    /// Days with an order, at least 1.
    package let orderDays: Int
    /// The total of all standing orders, net of refunds, in minor units.
    package let net: Int64

    package init(days: Int, orderDays: Int, net: Int64) {
      self.days = days
      self.orderDays = orderDays
      self.net = net
    }
  }

  /// The minimum order days for the scores 2, 3, 4 and 5.
  package static let frequencySteps = [2, 3, 5, 9]
  /// The maximum days since the last order for the scores 5, 4, 3 and 2, in a shop too small for quantiles.
  package static let recencySteps = [30, 90, 180, 365]

  private let frequencySteps: [Int]
  /// Of the negated days, so that a higher value is better. `nil` in a small shop.
  private let recency: MidRankCuts?
  private let monetary: MidRankCuts?

  package init(of buyers: [Buyer], frequencySteps: [Int] = Self.frequencySteps) {
    self.frequencySteps = frequencySteps
    let classes: Int? =
      switch buyers.count {
      case ..<100: nil
      case ..<500: 3
      default: 5
      }
    recency = classes.map { MidRankCuts(of: buyers.map { -Int64($0.days) }, classes: $0) }
    monetary = classes.map { MidRankCuts(of: buyers.map(\.net), classes: $0) }
  }

  package func score(of buyer: Buyer) -> RFMScore {
    RFMScore(
      recency: recency.map { Self.fifths($0, -Int64(buyer.days)) }
        ?? 5 - Self.recencySteps.count { buyer.days > $0 },
      frequency: 1 + frequencySteps.count { buyer.orderDays >= $0 },
      monetary: monetary.map { Self.fifths($0, buyer.net) })
  }

  /// The score on a scale of 1 to 5, for any number of classes.
  private static func fifths(_ cuts: MidRankCuts, _ value: Int64) -> Int {
    cuts.classes == 3 ? 2 * cuts.score(of: value) - 1 : cuts.score(of: value)
  }
}
