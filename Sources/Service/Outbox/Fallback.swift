internal import Decisioning
internal import Domain
internal import Store

/// Moves a step to its next channel when the message on the first one reached nobody because the address is
/// permanently bad. The step is decided again, by the same gates.
enum Fallback {
  /// Reopens the steps of messages that reached nobody. Call it in the transaction in which they ended, so
  /// that a crash cannot come between.
  ///
  /// - Parameter outdated: messages that ended because the configuration no longer asks for them.
  /// - Returns: the messages whose steps are decided again.
  @discardableResult
  static func reopen(
    _ messages: [Int64], outdated: Set<Int64> = [], _ program: Program, _ tx: Transaction, now: Instant
  ) throws -> Set<Int64> {
    let ended = try tx.unreached(messages)
    guard !ended.isEmpty else { return [] }
    // The scheduler must not write a reopened step back as done.
    try tx.markChanged(Set(ended.map(\.customer)))
    var enrollments = try tx.enrollments(keys: ended.map(\.enrollment))
    let others = try tx.stepMessages(of: enrollments.values, for: program)
    var reopened: [Int64: Set<StepID>] = [:]
    for message in ended {
      let told = others[message.enrollment] ?? []
      let tried = outdated.contains(message.message) ? nil : message.channel
      if enrollments[message.enrollment]?.reopen(
        message.step, triedOn: tried, in: program, after: told, now: now) == true
      {
        reopened[message.enrollment, default: []].insert(message.step)
      }
    }
    guard !reopened.isEmpty else { return [] }
    try tx.saveProgress(enrollments.filter { reopened[$0.key] != nil }.map(\.value))
    return Set(ended.filter { reopened[$0.enrollment]?.contains($0.step) == true }.map(\.message))
  }
}
