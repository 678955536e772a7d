internal import Decisioning
internal import Domain
internal import Store

/// Gives a step its next channel when the message on the one before has reached nobody, because the address is bad for
/// good: the step is decided anew, by the same gates.
enum Fallback {
  /// Takes up again the steps of those of these messages that reached nobody. In the transaction in which they ended: a
  /// crash must not come between.
  ///
  /// - Parameter outdated: those that ended because they were no longer what the file asks for.
  static func reopen(
    _ messages: [Int64], outdated: Set<Int64> = [], _ program: Program, _ tx: Transaction,
    _ work: TouchLog.Work, now: Instant
  ) throws {
    let ended = try tx.unreached(messages)
    guard !ended.isEmpty else { return }
    var enrollments = try tx.enrollments(keys: ended.map(\.enrollment))
    let others = try tx.stepMessages(of: enrollments.values, for: program)
    var reopened: Set<Int64> = []
    for message in ended {
      let told = others[message.enrollment] ?? []
      let tried = outdated.contains(message.message) ? nil : message.channel
      if enrollments[message.enrollment]?.reopen(
        message.step, triedOn: tried, in: program, after: told, now: now) == true
      {
        reopened.insert(message.enrollment)
      }
    }
    guard !reopened.isEmpty else { return }
    work.add(ended.map(\.customer))
    try tx.saveProgress(enrollments.filter { reopened.contains($0.key) }.map(\.value))
  }
}
