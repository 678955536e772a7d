internal import Domain
internal import Synchronization

/// Whose facts have changed since somebody took a picture of them.
///
/// The scheduler and intake read and work beside the writer; what they then write must not rest on facts that have
/// changed in between. All sides meet here: whoever writes about customers names them on the writing thread, before the
/// commit, and who has worked from a picture asks on the same thread. A picture taken before that commit does not show
/// the change, so a touch stays until the commit is over, and then as long as an older picture is in use.
///
/// Asking costs by the customers asked about, whatever else is under way. Thread-safe.
package final class TouchLog: Sendable {
  /// One write, from before its transaction until after its commit.
  struct Work: Sendable {
    fileprivate let number: Int
    fileprivate let log: TouchLog

    /// Names whom it changes, in its transaction.
    func add(_ customers: some Sequence<CustomerKey>) { log.add(customers, to: number) }

    /// Names thousands at once, in the order of their numbers, at the cost of one.
    func add(run customers: [CustomerKey]) { log.add(run: customers, to: number) }
  }
  /// A moment before somebody reads.
  struct Picture: Hashable, Sendable { fileprivate let number: Int }

  private struct Touch {
    /// Works under way that have named the customer.
    var works = 0
    /// When the last of the others was over; 0 for none.
    var endedAt = 0
  }

  /// Whom a work has named.
  private struct Named {
    /// Those of whom `touches` knows.
    var customers: Set<CustomerKey> = []
    /// Each in the order of the numbers, looked through when somebody asks.
    var runs: [[CustomerKey]] = []

    var isEmpty: Bool { customers.isEmpty && runs.isEmpty }
  }

  private struct State {
    var number = 0
    var touches: [CustomerKey: Touch] = [:]
    /// Those under way.
    var works: [Int: Named] = [:]
    /// Works that are over, oldest first; those before `forgotten` are forgotten.
    var ended: [(at: Int, named: Named)] = []
    var forgotten = 0
    /// In use, oldest first.
    var pictures: [Int] = []

    mutating func next() -> Int {
      number += 1
      return number
    }

    /// Forgets what every picture in use shows.
    mutating func forget() {
      let oldest = pictures.first ?? .max
      while forgotten < ended.count, ended[forgotten].at <= oldest {
        for customer in ended[forgotten].named.customers {
          if let touch = touches[customer], touch.works == 0, touch.endedAt <= oldest {
            touches[customer] = nil
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

    /// Those of works that a picture of this number may not show.
    func runs(since number: Int) -> [[CustomerKey]] {
      let over = ended[forgotten...].reversed().prefix { $0.at > number }
      return works.values.flatMap(\.runs) + over.flatMap(\.named.runs)
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// Before a transaction is put into the queue. `end` must follow, whatever becomes of it: see `write`.
  func begin() -> Work {
    state.withLock { state in
      let number = state.next()
      state.works[number] = Named()
      return Work(number: number, log: self)
    }
  }

  private func add(_ customers: some Sequence<CustomerKey>, to work: Int) {
    state.withLock { state in
      guard var named = state.works.removeValue(forKey: work) else { return }
      for customer in customers where named.customers.insert(customer).inserted {
        state.touches[customer, default: Touch()].works += 1
      }
      state.works[work] = named
    }
  }

  private func add(run customers: [CustomerKey], to work: Int) {
    if !customers.isEmpty { state.withLock { $0.works[work]?.runs.append(customers) } }
  }

  /// After the commit, or the failure.
  func end(_ work: Work) {
    state.withLock { state in
      guard let named = state.works.removeValue(forKey: work.number) else { return }
      let now = state.next()
      for customer in named.customers {
        state.touches[customer]?.works -= 1
        state.touches[customer]?.endedAt = now
      }
      if !named.isEmpty { state.ended.append((now, named)) }
      state.forget()
    }
  }

  /// Before reading. `release` must follow.
  func picture() -> Picture {
    state.withLock { state in
      let number = state.next()
      state.pictures.append(number)
      return Picture(number: number)
    }
  }

  func release(_ picture: Picture) {
    state.withLock { state in
      guard let index = state.pictures.firstIndex(of: picture.number) else { return }
      state.pictures.remove(at: index)
      if index == 0 { state.forget() }
    }
  }

  /// Those of `customers` of whom the picture may not show everything.
  func touched(among customers: some Sequence<CustomerKey>, since picture: Picture) -> Set<CustomerKey> {
    state.withLock { state in
      let runs = state.runs(since: picture.number)
      return customers.reduce(into: []) { touched, customer in
        if let touch = state.touches[customer], touch.works > 0 || touch.endedAt > picture.number {
          touched.insert(customer)
        } else if runs.contains(where: { $0.holds(customer) }) {
          touched.insert(customer)
        }
      }
    }
  }

  /// Whether nothing is remembered, and no work or picture is in use.
  var isEmpty: Bool {
    state.withLock {
      $0.touches.isEmpty && $0.ended.isEmpty && $0.works.isEmpty && $0.pictures.isEmpty
    }
  }
}

extension [CustomerKey] {
  /// Whether the customer is among these, which stand in the order of their numbers.
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
