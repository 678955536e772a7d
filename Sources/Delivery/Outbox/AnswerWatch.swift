/// Notices that a provider has fallen silent: messages are under way, and none of them has ended for a while.
///
/// One message that is never answered looks the same when there is little else to do. So now and then one more is tried:
/// if it ends, whatever its end, the provider is not silent.
struct AnswerWatch: Equatable {
  private enum State: Equatable {
    case idle
    /// Something is under way; nothing has ended since.
    case waiting(since: Duration)
    /// The same for too long, and that was told.
    case silent(since: Duration)
  }

  private var state = State.idle
  /// When the last message was tried in the silence.
  private var triedAt: Duration?
  /// How many were under way without an answer when that was last told; those still are the same silence.
  private var told = 0

  /// A message was given to the provider.
  mutating func began(at time: Duration) {
    if isSilent(at: time) { triedAt = time } else if state == .idle { state = .waiting(since: time) }
  }

  /// A message came to its end, whatever that was.
  mutating func ended(underWay: Int, at time: Duration) {
    state = underWay > 0 ? .waiting(since: time) : .idle
    triedAt = nil
    told = min(told, underWay)
  }

  func isSilent(at time: Duration) -> Bool {
    switch state {
    case .idle: false
    case .waiting(let since), .silent(let since): time - since >= LaneState.silence
    }
  }

  /// Whether one more message may be tried in the silence: the first at once, the next ones as far apart as the silence
  /// is long.
  func allowsTrial(at time: Duration) -> Bool { triedAt.map { time - $0 >= LaneState.silence } ?? true }

  /// When it will be silent if nothing ends before, or when the next trial may begin.
  func nextChange(at time: Duration) -> Duration? {
    if isSilent(at: time) { return allowsTrial(at: time) ? nil : triedAt.map { $0 + LaneState.silence } }
    guard case .waiting(let since) = state else { return nil }
    return since + LaneState.silence
  }

  /// Whether it has become silent since this was last asked, for more messages than was told already.
  mutating func fellSilent(underWay: Int, at time: Duration) -> Bool {
    guard case .waiting(let since) = state, isSilent(at: time) else { return false }
    state = .silent(since: since)
    defer { told = underWay }
    return underWay > told
  }
}
