internal import Synchronization

/// Keeps the writing thread busy with one job until it is opened, so that others queue up behind it.
package final class WriterGate: Sendable {
  private let isOpen = Atomic(false)
  private let isReached = Atomic(false)

  package init() {}

  package func open() { isOpen.store(true, ordering: .releasing) }

  /// In the job. Spins: it stands on the writing thread, which has nothing else to do.
  package func wait() {
    isReached.store(true, ordering: .releasing)
    while !isOpen.load(ordering: .acquiring) {}
  }

  /// Until the job has begun.
  package func waitUntilReached() async {
    while !isReached.load(ordering: .acquiring) { await Task.yield() }
  }
}
