internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization

/// Marks messages from their claim until their result is recorded, and sends them one at a time after a trap
/// with several in flight. Thread-safe.
///
/// A mark belongs to a claim: if the message was claimed again meanwhile, the end of the earlier claim leaves
/// it alone.
final class MessageCare: Sendable {
  private struct Care {
    var token: ClaimToken
    /// `nil` if there was no free mark.
    var mark: BlackBox.Held?
  }

  private let quarantine: Quarantine
  var box: BlackBox { quarantine.box }
  private let underWay = Mutex<[Int64: Care]>([:])

  init(_ quarantine: Quarantine) { self.quarantine = quarantine }

  /// How many of the wanted messages may be claimed now: none while one is sent alone.
  func limit(_ wanted: Int) -> Int {
    guard quarantine.isCareful(with: .message) else { return wanted }
    return underWay.withLock { $0.isEmpty } ? min(1, wanted) : 0
  }

  func begin(_ messages: [ClaimedMessage]) {
    guard !messages.isEmpty else { return }
    underWay.withLock { underWay in
      for message in messages {
        quarantine.box.letGo(underWay[message.key]?.mark)
        underWay[message.key] = Care(
          token: message.token, mark: quarantine.box.hold(.message, message.key))
      }
    }
  }

  /// Unmarks messages that were claimed in vain.
  func forget(_ messages: [ClaimedMessage], but kept: [ClaimedMessage]) {
    guard messages.count > kept.count else { return }
    let kept = Set(kept.map(\.key))
    forget(messages.lazy.filter { !kept.contains($0.key) }.map(\.claim))
  }

  /// Unmarks claims that end without showing whether they would trap.
  func forget(_ claims: some Sequence<HandoffClaim>) {
    underWay.withLock { underWay in
      for claim in claims where underWay[claim.key]?.token == claim.token {
        quarantine.box.letGo(underWay.removeValue(forKey: claim.key)?.mark)
      }
    }
  }

  func end(_ results: [AttemptResult], in store: Store) async {
    forget(results.lazy.map(\.claim))
    quarantine.done(results.count, of: .message)
    await acquit(results.lazy.map(\.key), in: store)
  }

  /// Clears suspicions of these messages: they were sent, or ended before, without a trap.
  func acquit(_ messages: some Sequence<Int64>, in store: Store) async {
    guard quarantine.isAlert else { return }
    await quarantine.acquit(quarantine.acquitted(messages.map { WorkItem(.message, $0) }), in: store)
  }
}
