internal import Synchronization

/// How to close what was opened: in reverse order, at the end, or when the next thing cannot be opened. Thread-safe.
final class ClosingStack: Sendable {
  private let closings = Mutex<[@Sendable () async -> Void]>([])

  /// Something is open now. - Parameter close: closes it; called once.
  func opened(closing close: @escaping @Sendable () async -> Void) { closings.withLock { $0.append(close) } }

  /// Closes what is open, the last first. What a second call finds is what was opened since.
  func close() async {
    while let close = closings.withLock({ $0.popLast() }) { await close() }
  }
}
