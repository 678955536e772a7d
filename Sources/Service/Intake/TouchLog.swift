internal import Domain
internal import Synchronization

/// Which customers intake has changed since the scheduler last took its picture.
///
/// The scheduler reads and decides beside the writer; what it then writes must not rest on facts that have changed in
/// between. Both sides meet here: intake names its customers on the writing thread, before its commit, and the scheduler
/// asks on the same thread.
package final class TouchLog: Sendable {
  private let touched = Mutex<Set<CustomerKey>>([])

  package init() {}

  func add(_ customers: some Sequence<CustomerKey>) { touched.withLock { $0.formUnion(customers) } }

  /// Called before the scheduler's picture is taken.
  func clear() { touched.withLock { $0.removeAll(keepingCapacity: true) } }

  var current: Set<CustomerKey> { touched.withLock { $0 } }
}
