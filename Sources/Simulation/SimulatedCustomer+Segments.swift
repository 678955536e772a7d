import Decisioning
import Domain

/// Segments, kept as the daemon keeps them.
extension SimulatedCustomer {
  /// When a membership next changes through time alone.
  var nextMembershipChange: Instant? {
    state.memberships.isEmpty ? nil : state.memberships.values.lazy.compactMap(\.nextChange).min()
  }

  /// Lets time pass up to `now`, and plans what follows from it.
  mutating func advanceMemberships(_ shop: SimulatedShop, now: Instant) {
    guard let next = nextMembershipChange, next <= now else { return }
    let changes = AudienceUpdate(shop.rules).advance(&state, to: now)
    planMemberships(changes, shop, now: now)
  }

  /// Evaluates new and changed segments, after recomputing their tallies.
  mutating func evaluate(_ segments: Set<SegmentID>, _ shop: SimulatedShop, now: Instant) {
    let audience = shop.program.audience
    state.memberships = state.memberships.filter { shop.segmentsEnabledAt[$0.key] != nil }
    let known = Set(audience.tallies.map(\.id))
    state.tallies = state.tallies.filter { known.contains($0.key) }
    if segments.isEmpty { return }
    let ids = audience.tallyIDs(of: segments)
    for rule in audience.tallies where ids.contains(rule.id) {
      var tally = Tally()
      switch rule.source {
      case .event:
        for event in events { _ = rule.add(event, to: &tally, in: shop.program, now: .distantPast) }
      case .message: count(rule, &tally, now: .distantPast)
      }
      state.tallies[rule.id] = tally
    }
    let places = audience.closure(audience.places(of: segments))
    let changes = AudienceUpdate(shop.rules).evaluate(&state, places, at: now, .definition)
    planMemberships(changes, shop, now: now)
  }

  /// Takes the ends of messages into account.
  mutating func countMessages(_ shop: SimulatedShop, now: Instant) {
    let audience = shop.program.audience
    let segments = audience.messageSegments
    if segments.isEmpty { return }
    for rule in audience.tallies where rule.event == nil {
      var tally = Tally()
      count(rule, &tally, now: now)
      state.tallies[rule.id] = tally
    }
    let update = AudienceUpdate(shop.rules)
    var changes = update.advance(&state, to: now)
    changes += update.evaluate(&state, audience.places(of: Set(segments)), at: now, .data)
    planMemberships(changes, shop, now: now)
  }

  /// Evaluates every segment for a customer who was joined with another.
  mutating func evaluateAll(_ shop: SimulatedShop, now: Instant) {
    let audience = shop.program.audience
    for rule in audience.tallies where rule.event == nil {
      var tally = Tally()
      count(rule, &tally, now: now)
      state.tallies[rule.id] = tally
    }
    _ = AudienceUpdate(shop.rules).evaluate(&state, Array(audience.rules.indices), at: now, .data)
  }

  private func count(_ rule: TallyRule, _ tally: inout Tally, now: Instant) {
    guard case .message(let trigger, let mark) = rule.source else { return }
    for told in marks where told.trigger == trigger && told.mark == mark {
      _ = rule.add(Tally.Entry(at: told.at), to: &tally, now: now)
    }
  }

  private mutating func planMemberships(_ changes: [MembershipChange], _ shop: SimulatedShop, now: Instant) {
    if changes.isEmpty { return }
    for rule in shop.rules.rules where rule.reads.contains(.memberships) {
      apply(shop.rules.replan(rule, for: state, now: now))
    }
  }
}
