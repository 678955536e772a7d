/// A fifth, three fifths and a fifth of a shop's customers, by value.
package enum ValueLayer: CaseIterable, Sendable {
  case low, middle, high
}

/// The cuts between the layers, for one shop at one time.
package struct ValueLayerCuts: Hashable, Sendable {
  private let cuts: MidRankCuts

  /// - Parameter values: what customers are worth, in any common unit.
  package init(of values: [Int64]) { cuts = MidRankCuts(of: values, classes: 5) }

  package func layer(of value: Int64) -> ValueLayer {
    switch cuts.score(of: value) {
    case 1: .low
    case 5: .high
    default: .middle
    }
  }
}
