internal import Domain
internal import Platform
internal import Store
internal import Synchronization

/// Marks messages from their claim to the record of how they ended, and lets them go one at a time after a trap among
/// several. Thread-safe.
final class MessageCare: Sendable {
  private let quarantine: Quarantine
  /// Those under way, with their marks where there was room for one.
  private let underWay = Mutex<[Int64: BlackBox.Held?]>([:])

  init(_ quarantine: Quarantine) { self.quarantine = quarantine }

  /// How many may be claimed now, of as many as wanted: none while one goes alone.
  func limit(_ wanted: Int) -> Int {
    guard quarantine.isCareful(with: .message) else { return wanted }
    return underWay.withLock { $0.isEmpty } ? min(1, wanted) : 0
  }

  func begin(_ messages: [ClaimedMessage]) {
    guard !messages.isEmpty else { return }
    underWay.withLock { underWay in
      for message in messages {
        if let before = underWay[message.key] { quarantine.box.letGo(before) }
        underWay[message.key] = .some(quarantine.box.hold(.message, message.key))
      }
    }
  }

  /// Those that were claimed in vain.
  func forget(_ messages: [ClaimedMessage], but kept: [ClaimedMessage]) {
    guard messages.count > kept.count else { return }
    let kept = Set(kept.map(\.key))
    underWay.withLock { underWay in
      for message in messages where !kept.contains(message.key) {
        if let held = underWay.removeValue(forKey: message.key) { quarantine.box.letGo(held) }
      }
    }
  }

  func end(_ results: [AttemptResult], in store: Store) async {
    underWay.withLock { underWay in
      for result in results {
        if let held = underWay.removeValue(forKey: result.key) { quarantine.box.letGo(held) }
      }
    }
    quarantine.done(results.count, of: .message)
    if quarantine.isAlert {
      let done = quarantine.acquitted(results.lazy.map { WorkItem(.message, $0.key) })
      await quarantine.acquit(done, in: store)
    }
  }
}
