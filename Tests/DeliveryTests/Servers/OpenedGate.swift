import Synchronization

/// A gate that always opens and remembers it.
final class OpenedGate: Sendable {
  private let opened = Mutex(false)

  var wasOpened: Bool { opened.withLock { $0 } }

  func open() -> Bool {
    opened.withLock { $0 = true }
    return true
  }
}
