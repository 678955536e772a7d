/// Notices that a provider has fallen silent: messages are under way, and none of them has ended for a while.
struct AnswerWatch: Equatable {
  private enum State: Equatable {
    case idle
    /// Something is under way; nothing has ended since.
    case waiting(since: Duration)
    /// The same for too long, and that was told.
    case silent(since: Duration)
  }

  private var state = State.idle

  /// A message was given to the provider.
  mutating func began(at time: Duration) {
    if state == .idle { state = .waiting(since: time) }
  }

  /// A message came to its end, whatever that was.
  mutating func ended(underWay: Int, at time: Duration) {
    state = underWay > 0 ? .waiting(since: time) : .idle
  }

  func isSilent(at time: Duration) -> Bool {
    switch state {
    case .idle: false
    case .waiting(let since), .silent(let since): time - since >= LaneState.silence
    }
  }

  /// When it will be silent if nothing ends before.
  func silentAt(at time: Duration) -> Duration? {
    guard case .waiting(let since) = state, !isSilent(at: time) else { return nil }
    return since + LaneState.silence
  }

  /// Whether it has become silent since this was last asked.
  mutating func fellSilent(at time: Duration) -> Bool {
    guard case .waiting(let since) = state, isSilent(at: time) else { return false }
    state = .silent(since: since)
    return true
  }
}
