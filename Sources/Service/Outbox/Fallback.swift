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
  /// - Returns: those whose steps are decided anew.
  @discardableResult
  static func reopen(
    _ messages: [Int64], outdated: Set<Int64> = [], _ program: Program, _ tx: Transaction,
    _ work: TouchLog.Work, now: Instant
  ) throws -> Set<Int64> {
    let ended = try tx.unreached(messages)
    guard !ended.isEmpty else { return [] }
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
    work.add(ended.map(\.customer))
    try tx.saveProgress(enrollments.filter { reopened[$0.key] != nil }.map(\.value))
    return Set(ended.filter { reopened[$0.enrollment]?.contains($0.step) == true }.map(\.message))
  }
}
