import Domain
import Platform

/// What the lanes of a dispatcher share.
struct DeliveryServices: Sendable {
  let outbox: any Outbox
  let handoffs: HandoffGroup
  let outcomes: OutcomeGroup
  let clock: LoopClock
  let logger: Logger
  let metrics: DeliveryMetrics
  let laneEnded: @Sendable () -> Void
}

/// A lane's state for display.
struct LaneView: Sendable {
  var window: Int
  var underWay: Int
  var breaker: CircuitBreaker.State
  var throttledFor: Duration

  init(_ state: LaneState) {
    window = state.window.limit
    underWay = state.underWay
    breaker = state.breaker.state
    throttledFor = state.throttledFor
  }
}
