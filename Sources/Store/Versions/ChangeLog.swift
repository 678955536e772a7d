internal import Domain
internal import Synchronization

/// Records which customers have changed since a snapshot was taken, within one process.
///
/// Used by SQLite stores, because one process owns the file; a server keeps versions in rows. A writer adds the
/// customers it changes on the writing thread, before the commit; the holder of a snapshot asks on the same thread. A
/// snapshot taken before that commit does not show the change, so a customer counts as changed until the commit is
/// over, and afterwards for as long as an older snapshot is in use.
///
/// The cost of asking depends on the number of customers asked about, not on other activity. Thread-safe.
final class ChangeLog: Sendable {
  /// One write, from before its transaction until after its commit.
  struct Work: Sendable {
    fileprivate let number: Int
    fileprivate let log: ChangeLog

    /// Adds customers that it changes; call in its transaction.
    func add(_ customers: some Sequence<CustomerKey>) { log.add(customers, to: number) }

    /// Adds thousands at once, in ascending order, at the cost of one.
    func add(run customers: [CustomerKey]) { log.add(run: customers, to: number) }

    /// See `ChangeLog.changed`.
    func changed(among customers: some Sequence<CustomerKey>, since snapshot: Int) -> Set<CustomerKey> {
      log.changed(among: customers, since: snapshot)
    }
  }

  private struct Change {
    /// How many unfinished writes have added the customer.
    var works = 0
    /// The number at which the last finished write ended; 0 if none has.
    var endedAt = 0
  }

  /// The customers that a write has added.
  private struct Named {
    /// Those with an entry in `changes`.
    var customers: Set<CustomerKey> = []
    /// Each in ascending order; searched on demand.
    var runs: [[CustomerKey]] = []
  }

  private struct State {
    var number = 0
    var changes: [CustomerKey: Change] = [:]
    /// Unfinished writes that have added customers.
    var works: [Int: Named] = [:]
    /// Finished writes, oldest first; those before `forgotten` have been dropped.
    var ended: [(at: Int, named: Named)] = []
    var forgotten = 0
    /// In use, oldest first.
    var snapshots: [Int] = []

    mutating func next() -> Int {
      number += 1
      return number
    }

    /// Drops what every snapshot in use already shows.
    mutating func forget() {
      let oldest = snapshots.first ?? .max
      while forgotten < ended.count, ended[forgotten].at <= oldest {
        for customer in ended[forgotten].named.customers {
          if let change = changes[customer], change.works == 0, change.endedAt <= oldest {
            changes[customer] = nil
          }
        }
        ended[forgotten].named = Named()
        forgotten += 1
      }
      if forgotten == ended.count || forgotten > 1000 {
        ended.removeFirst(forgotten)
        forgotten = 0
      }
    }

    /// The runs that a snapshot with this number may not show.
    func runs(since number: Int) -> [[CustomerKey]] {
      let over = ended[forgotten...].reversed().prefix { $0.at > number }
      return works.values.flatMap(\.runs) + over.flatMap(\.named.runs)
    }
  }

  private let state = Mutex(State())

  /// Call before a transaction. `end` must follow, even if the transaction fails.
  func begin() -> Work { Work(number: state.withLock { $0.next() }, log: self) }

  private func add(_ customers: some Sequence<CustomerKey>, to work: Int) {
    state.withLock { state in
      var named = state.works.removeValue(forKey: work) ?? Named()
      for customer in customers where named.customers.insert(customer).inserted {
        state.changes[customer, default: Change()].works += 1
      }
      state.works[work] = named
    }
  }

  private func add(run customers: [CustomerKey], to work: Int) {
    if !customers.isEmpty { state.withLock { $0.works[work, default: Named()].runs.append(customers) } }
  }

  /// Call after the commit or the failure.
  func end(_ work: Work) {
    state.withLock { state in
      guard let named = state.works.removeValue(forKey: work.number) else { return }
      let now = state.next()
      for customer in named.customers {
        state.changes[customer]?.works -= 1
        state.changes[customer]?.endedAt = now
      }
      state.ended.append((now, named))
      state.forget()
    }
  }

  /// Call before reading. `release` must follow.
  func snapshot() -> Int {
    state.withLock { state in
      let number = state.next()
      state.snapshots.append(number)
      return number
    }
  }

  func release(_ snapshot: Int) {
    state.withLock { state in
      guard let index = state.snapshots.firstIndex(of: snapshot) else { return }
      state.snapshots.remove(at: index)
      if index == 0 { state.forget() }
    }
  }

  /// The customers for whom a snapshot with this number may be stale.
  func changed(
    among customers: some Sequence<CustomerKey>, since snapshot: Int
  ) -> Set<CustomerKey> {
    state.withLock { state in
      let runs = state.runs(since: snapshot)
      return customers.reduce(into: []) { changed, customer in
        if let change = state.changes[customer], change.works > 0 || change.endedAt > snapshot {
          changed.insert(customer)
        } else if runs.contains(where: { $0.holds(customer) }) {
          changed.insert(customer)
        }
      }
    }
  }

  /// Whether nothing is recorded and no write or snapshot is in progress.
  var isEmpty: Bool {
    state.withLock {
      $0.changes.isEmpty && $0.ended.isEmpty && $0.works.isEmpty && $0.snapshots.isEmpty
    }
  }
}

extension [CustomerKey] {
  /// Whether this array, which is in ascending order, contains the customer.
  fileprivate func holds(_ customer: CustomerKey) -> Bool {
    guard let first, let last, first <= customer, customer <= last else { return false }
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < customer { low = middle + 1 } else { high = middle }
    }
    return self[low] == customer
  }
}
