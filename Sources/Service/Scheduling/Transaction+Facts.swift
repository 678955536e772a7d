internal import Decisioning
internal import Domain
internal import Store

/// The facts that deciding needs besides the customers' states, read by both the scheduler and `explain`.
extension Transaction {
  /// Messages that count against a cap of the program, as far back as the longest one reaches.
  func capEntries(
    of customers: [CustomerKey], for program: Program, now: Instant
  ) throws -> [CustomerKey: [CapEntry]] {
    guard let reach = program.limits.capReach else { return [:] }
    return try capEntries(of: customers, since: now - reach)
  }

  /// Why the addresses of these customers are suppressed, on each channel of the program.
  func suppressions(
    of customers: some Sequence<Customer>, for program: Program
  ) throws -> [CustomerKey: [ChannelName: SuppressionReason]] {
    var questions: [(customer: CustomerKey, channel: ChannelName, address: String)] = []
    for customer in customers {
      for policy in program.channels.values {
        if let address = customer.address(policy.address) {
          questions.append((customer.key, policy.name, address))
        }
      }
    }
    var found: [CustomerKey: [ChannelName: SuppressionReason]] = [:]
    for (index, reason) in try suppressions(of: questions.map { ($0.channel, $0.address) }) {
      found[questions[index].customer, default: [:]][questions[index].channel] = reason
    }
    return found
  }

  /// The results of earlier steps' messages, by enrollment, for the enrollments that need them.
  func stepMessages(
    of enrollments: some Sequence<Enrollment>, for program: Program
  ) throws -> [Int64: [StepMessage]] {
    let begun = enrollments.compactMap { enrollment -> (key: Int64, customer: CustomerKey, since: Instant)? in
      guard let beganAt = enrollment.beganAt, program.asksForStepMessages(of: enrollment) else { return nil }
      return (enrollment.key, enrollment.customer, beganAt)
    }
    return begun.isEmpty ? [:] : try stepMessages(of: begun)
  }
}
