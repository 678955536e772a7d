/// Detects a silent provider: messages are in flight, and none has finished for a while.
///
/// When there is little traffic, a single message without an answer looks the same. So from time to time one more
/// message is tried: if it finishes with any result, the provider is not silent.
struct AnswerWatch: Equatable {
  private enum State: Equatable {
    case idle
    /// Messages are in flight; none has finished since.
    case waiting(since: Duration)
    /// The same for too long, and reported.
    case silent(since: Duration)
  }

  private var state = State.idle
  /// When the last message was tried during the silence.
  private var triedAt: Duration?
  /// How many messages were in flight at the last report; these do not count as a new silence.
  private var told = 0

  /// A message was given to the provider.
  mutating func began(at time: Duration) {
    if isSilent(at: time) { triedAt = time } else if state == .idle { state = .waiting(since: time) }
  }

  /// A message finished with any result.
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

  /// Whether one more message may be tried during the silence: the first at once, later ones one interval
  /// apart.
  func allowsTrial(at time: Duration) -> Bool { triedAt.map { time - $0 >= LaneState.silence } ?? true }

  /// When the provider will count as silent if nothing finishes, or when the next trial may begin.
  func nextChange(at time: Duration) -> Duration? {
    if isSilent(at: time) { return allowsTrial(at: time) ? nil : triedAt.map { $0 + LaneState.silence } }
    guard case .waiting(let since) = state else { return nil }
    return since + LaneState.silence
  }

  /// Whether it has become silent since the last call, with more messages in flight than already reported.
  mutating func fellSilent(underWay: Int, at time: Duration) -> Bool {
    guard case .waiting(let since) = state, isSilent(at: time) else { return false }
    state = .silent(since: since)
    defer { told = underWay }
    return underWay > told
  }
}
