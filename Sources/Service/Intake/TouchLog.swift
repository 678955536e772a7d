internal import Domain
internal import Synchronization

/// Which customers intake has changed since the scheduler took a picture of them.
///
/// The scheduler reads and decides beside the writer; what it then writes must not rest on facts that have changed in
/// between. Both sides meet here: intake names its customers on the writing thread, before its commit, and the scheduler
/// asks on the same thread. A picture taken before that commit does not show the change, so a touch stays until the
/// commit is over, and then as long as an older picture is in use.
package final class TouchLog: Sendable {
  /// One write of intake, from before its transaction until after its commit.
  struct Work: Hashable, Sendable { fileprivate let number: Int }
  /// A moment before the scheduler reads.
  struct Picture: Hashable, Sendable { fileprivate let number: Int }

  private struct State {
    var number = 0
    /// By work. `endedAt` is `nil` until the commit is over.
    var touches: [Int: (customers: Set<CustomerKey>, endedAt: Int?)] = [:]
    var pictures: Set<Int> = []

    mutating func next() -> Int {
      number += 1
      return number
    }

    /// Forgets what every picture in use shows.
    mutating func forget() {
      let oldest = pictures.min() ?? .max
      touches = touches.filter { $0.value.endedAt.map { $0 > oldest } ?? true }
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// Before a transaction of intake is put into the queue. `end` must follow, whatever becomes of it.
  func begin() -> Work {
    state.withLock { state in
      let number = state.next()
      state.touches[number] = ([], nil)
      return Work(number: number)
    }
  }

  /// In the transaction.
  func add(_ customers: some Sequence<CustomerKey>, to work: Work) {
    state.withLock { $0.touches[work.number]?.customers.formUnion(customers) }
  }

  /// After the commit, or the failure.
  func end(_ work: Work) {
    state.withLock { state in
      let now = state.next()
      state.touches[work.number]?.endedAt = now
      state.forget()
    }
  }

  /// Before the scheduler reads. `release` must follow.
  func picture() -> Picture {
    state.withLock { state in
      let number = state.next()
      state.pictures.insert(number)
      return Picture(number: number)
    }
  }

  func release(_ picture: Picture) {
    state.withLock { state in
      state.pictures.remove(picture.number)
      state.forget()
    }
  }

  /// Customers of whom the picture may not show everything.
  func touched(since picture: Picture) -> Set<CustomerKey> {
    state.withLock { state in
      state.touches.values.reduce(into: []) { touched, work in
        if work.endedAt.map({ $0 > picture.number }) ?? true { touched.formUnion(work.customers) }
      }
    }
  }
}
