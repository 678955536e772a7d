internal import Synchronization

/// Closes what was opened, in reverse order: at the end, or when opening the next part fails. Thread-safe.
final class ClosingStack: Sendable {
  private let closings = Mutex<[@Sendable () async -> Void]>([])

  /// Registers something that was opened. - Parameter close: closes it; called once.
  func opened(closing close: @escaping @Sendable () async -> Void) { closings.withLock { $0.append(close) } }

  /// Closes everything, last first. A second call closes only what was opened since.
  func close() async {
    while let close = closings.withLock({ $0.popLast() }) { await close() }
  }
}
