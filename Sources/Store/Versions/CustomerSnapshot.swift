internal import Domain
internal import Synchronization

/// The moment at which facts about customers were read, for a later check that they still hold: state,
/// enrollments, consent, messages that count against caps, suppressions of addresses.
///
/// Take it with `Store.snapshot()` before reading. Call `Transaction.observe` in the reading transaction with
/// the customers read, and `Transaction.markChanged(_:since:)` in the writing one: it returns those who have
/// changed or were forgotten since. Only observed customers may be asked about. A snapshot costs memory while
/// it is held, so release it soon. Thread-safe.
package final class CustomerSnapshot: Sendable {
  /// How many snapshots are in use.
  final class Count: Sendable {
    private let count = Atomic(0)

    var isZero: Bool { count.load(ordering: .relaxed) == 0 }

    fileprivate func add(_ difference: Int) { count.add(difference, ordering: .relaxed) }
  }

  /// Only for SQLite.
  private let log: ChangeLog?
  private let count: Count
  let number: Int
  /// Only for a server: the versions read. A customer who was never changed has version 0.
  private let versions = Mutex<[CustomerKey: Int64]>([:])

  init(_ log: ChangeLog?, _ count: Count) {
    self.log = log
    self.count = count
    count.add(1)
    number = log?.snapshot() ?? 0
  }

  deinit {
    log?.release(number)
    count.add(-1)
  }

  func note(_ observed: [CustomerKey: Int64]) {
    versions.withLock { $0.merge(observed) { _, version in version } }
  }

  func version(of customer: CustomerKey) -> Int64? { versions.withLock { $0[customer] } }
}
