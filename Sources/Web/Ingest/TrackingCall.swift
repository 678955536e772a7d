/// The calls of the Segment HTTP tracking API, version 1; the raw value is the `type` of an event in a batch.
package enum TrackingCall: String, Sendable, CaseIterable {
  case identify, track, page, screen, group, alias
}

/// What a path accepts: one call, or a batch of calls that each name their type.
package enum TrackingBody: Hashable, Sendable {
  case single(TrackingCall)
  case batch
}
