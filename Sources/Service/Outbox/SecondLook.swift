internal import Decisioning
internal import Domain
internal import Store

/// Asks once more whether the reason for messages still holds that have waited in the outbox: for the morning, for a
/// provider, for their turn. An order or another event may have come meanwhile.
enum SecondLook {
  /// What was decided less long ago is not looked at: nearly all messages leave at once, and to read about their
  /// customers twice would double the work.
  static let freshness: Duration = .minutes(1)

  /// A message that is not to go.
  struct Finding: Sendable {
    var message: ClaimedMessage
    /// The customer's id.
    var customer: String
    /// Why, as it stands in the record from then on.
    var decision: Decision

    func record(at now: Instant) -> StoredDecision {
      StoredDecision(
        enrollment: message.enrollment, trigger: message.trigger, customer: message.customer,
        step: message.step, at: now, verdict: decision.verdict.kind, gate: decision.verdict.gate,
        channel: nil, until: nil, trace: decision.trace)
    }
  }

  /// Those among `messages` whose reason is gone.
  static func findings(
    among messages: [ClaimedMessage], _ tx: Transaction, _ shop: Shop
  ) throws -> [Finding] {
    let triggers = Set(messages.map(\.trigger)).compactMap { shop.program.triggers[$0] }
    let asking = Set(triggers.filter(\.asksForEvents).map(\.id))
    let states = try tx.states(
      of: Array(Set(messages.map(\.customer))), parts: StateParts(deciding: triggers))
    var facts: [Facts?] = []
    var since: [CustomerKey: Instant] = [:]
    for message in messages {
      // Of whoever was forgotten just now the message is gone too.
      guard let state = states[message.customer],
        let enrollment = state.enrollments.first(where: { $0.key == message.enrollment })
      else {
        facts.append(nil)
        continue
      }
      let known = Facts(enrollment: enrollment, state: state, catalog: shop.catalog)
      facts.append(known)
      if asking.contains(message.trigger) {
        since[message.customer] = min(
          since[message.customer] ?? .distantFuture, known.unlessSince(shop.program))
      }
    }
    let events = since.isEmpty ? [:] : try tx.events(after: since.map { ($0.key, $0.value) })
    return zip(messages, facts).compactMap { message, facts in
      guard var facts else { return nil }
      facts.eventsSince = events[message.customer] ?? []
      return Decider.takeBack(step: message.step, facts: facts, program: shop.program).map {
        Finding(message: message, customer: facts.state.customer.id, decision: $0)
      }
    }
  }
}
