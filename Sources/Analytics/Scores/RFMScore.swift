/// How recently, how often and for how much a customer ordered, each from 1 (worst) to 5 (best).
package struct RFMScore: Hashable, Sendable {
  package let recency: Int
  package let frequency: Int
  /// `nil` in a shop with too few buyers to compare.
  package let monetary: Int?

  package init(recency: Int, frequency: Int, monetary: Int?) {
    self.recency = recency
    self.frequency = frequency
    self.monetary = monetary
  }

  package var group: RFMGroup {
    switch (recency, frequency) {
    case (5, 4...): .champions
    case (3..., 3...): .loyal
    case (4..., 1): .new
    case (3..., 2): .promising
    case (3, 1): .needsAttention
    case (1, 4...) where monetary == 5: .cannotLose
    case (_, 3...): .atRisk
    default: .hibernating
    }
  }
}

/// Segments of customers by recency and frequency.
package enum RFMGroup: String, CaseIterable, Sendable {
  /// Ordered just now, and often.
  case champions
  /// Order regularly, and not long ago.
  case loyal
  /// A single order, not long ago.
  case new
  /// Came back once, not long ago.
  case promising
  /// A single order, some time ago.
  case needsAttention = "needs_attention"
  /// Ordered often, but not for some time.
  case atRisk = "at_risk"
  /// Ordered often and for the most money, but not for a long time.
  case cannotLose = "cannot_lose"
  /// Few orders, long ago.
  case hibernating
}
