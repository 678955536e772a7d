import Decisioning
import Delivery
import Domain

/// What happens to a shop over some weeks, step by step.
struct History: Sendable {
  struct Step: Sendable {
    /// When it becomes known.
    var at: Instant
    var deed: Deed
  }

  enum Deed: Sendable {
    /// Events of one customer in one call.
    case events([IncomingEvent])
    /// What is said of ids of one person.
    case named(NameStatement)
    case pause(TriggerID)
    case resume(TriggerID)
    case reload(Program)
    /// Messages of another system to one customer, in one file.
    case sentElsewhere([SentElsewhere], customer: String)
    /// Whether messages leave the outbox from now on, by handover or at their end.
    case sending(Bool)
  }

  var program: Program
  var start: Instant
  var steps: [Step]
  var end: Instant

  /// Whether customers turn out to be one person.
  var isJoining: Bool { steps.contains { if case .named = $0.deed { true } else { false } } }
}

/// What the shop's providers say to a message.
enum Provider {
  static let unknownAddress = "nobody@mail.example"
  static let fullMailbox = "full@mail.example"
  /// Takes what is tried for the third time, which it wants nine hours apart.
  static let slowMailbox = "slow@mail.example"

  /// - Parameter attempt: 1 for the first.
  static func report(to address: String, attempt: Int) -> DeliveryReport {
    switch address {
    case unknownAddress: DeliveryReport(.badAddress)
    case fullMailbox: DeliveryReport(.permanent)
    case slowMailbox where attempt < 3: DeliveryReport(.temporary, retryAfter: .hours(9))
    default: DeliveryReport(.accepted)
    }
  }
}

/// All that a history has led to, in lines that do not depend on where it was kept.
struct Outcome: Equatable {
  var decisions: [String] = []
  var messages: [String] = []
  /// What the providers were handed.
  var handovers: [String] = []
  var enrollments: [String] = []

  mutating func arrange() {
    decisions.sort()
    messages.sort()
    handovers.sort()
    enrollments.sort()
  }

  /// Lines that only one of the two has; empty for equal outcomes.
  func differences(from other: Outcome) -> [String] {
    [\Outcome.decisions, \.messages, \.handovers, \.enrollments].flatMap { part in
      other[keyPath: part].difference(from: self[keyPath: part]).map { change in
        switch change {
        case .remove(_, let line, _): "simulation only: \(line)"
        case .insert(_, let line, _): "service only: \(line)"
        }
      }
    }
  }

  /// The lines without what changes when two customers become one: deferrals, of which a store keeps the last, and
  /// the enrollments that decisions were about.
  var withoutPlaces: Outcome {
    var outcome = self
    outcome.decisions = decisions.filter { !$0.contains(" defer ") }.map { line in
      line.split(separator: " ", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset != 3 }.map(\.element).joined(separator: " ")
    }.sorted()
    return outcome
  }

  static func line(_ decision: StoredDecision, customer: String, occurrence: String) -> String {
    let trace = decision.trace.map { entry in
      let values = entry.values.entries.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: ",")
      return "\(entry.passed ? "+" : "-")\(entry.gate.rawValue)@\(entry.channel?.rawValue ?? "")(\(values))"
    }
    let until = decision.until.map { $0.iso8601 } ?? "-"
    return
      "\(decision.at.iso8601) \(customer) \(decision.trigger) \(occurrence) \(decision.step) \(decision.verdict.rawValue) \(decision.gate?.rawValue ?? "-") \(decision.channel?.rawValue ?? "-") until \(until) \(trace.joined(separator: " "))"
  }

  static func line(_ enrollment: Enrollment, customer: String) -> String {
    "\(customer) \(enrollment.trigger) \(enrollment.occurrence) \(enrollment.state.rawValue) \(enrollment.endReason?.rawValue ?? "-") fires \(enrollment.firesAt.iso8601) next \(enrollment.nextDueAt?.iso8601 ?? "-") done \(enrollment.doneSteps.map(\.rawValue)) about \(enrollment.subject) planned \(enrollment.plannedAt.iso8601) began \(enrollment.beganAt?.iso8601 ?? "-")"
  }

  static func message(
    customer: String, trigger: TriggerID, step: StepID, channel: ChannelName, decidedAt: Instant, uid: String,
    state: MessageState
  ) -> String {
    "\(decidedAt.iso8601) \(customer) \(trigger) \(step) \(channel) \(uid) \(state.rawValue)"
  }

  static func elsewhere(
    customer: String, trigger: TriggerID, step: StepID, channel: ChannelName, sentAt: Instant
  ) -> String {
    "\(sentAt.iso8601) \(customer) \(trigger) \(step) \(channel) by another system"
  }

  static func handover(at: Instant, uid: String, _ content: MessageContent) -> String {
    "\(at.iso8601) \(uid) to \(content.to) \(content.subject ?? "-") \(content.text) \(content.unsubscribeURL ?? "-")"
  }
}
