internal import Decisioning
internal import Domain
package import Store
internal import Synchronization

/// The current shop, shared by all parts of the daemon.
///
/// The program comes from this process's configuration. Triggers and catalogue are in the database, where
/// another process may change them: to write by the rules of the shop, get it in the writing transaction with
/// `current(in:)`.
///
/// Thread-safe.
package final class LiveShop: Sendable {
  private struct State {
    var shop: Shop
    var snapshot: ShopSnapshot
    /// How many configurations were loaded, and how many of them the store follows.
    var taken = 0
    var followed = 0
    /// The database's state that the shop shows, or will show in a moment; `nil` before the first read.
    var stamp: ShopStamp?

    mutating func show(_ stamp: ShopStamp) {
      self.stamp = stamp
      shop.programStamp = stamp.program
    }
  }

  private let state: Mutex<State>

  /// - Parameter stamp: the database's when the shop was read; `nil` adopts the first one found.
  package init(_ shop: Shop, stamp: ShopStamp? = nil) {
    state = Mutex(State(shop: shop, snapshot: ShopSnapshot(shop, revision: 0)))
    if let stamp { state.withLock { $0.show(stamp) } }
  }

  package var current: Shop { state.withLock { $0.shop } }

  /// The shop with the rules by which intake plans.
  var snapshot: ShopSnapshot { state.withLock { $0.snapshot } }

  package func update(_ body: (inout Shop) -> Void) { state.withLock { Self.change(&$0, body) } }

  /// Updates the shop with what a transaction of this process has written: call it after the commit, with the
  /// stamp that the transaction saw last. If the commit fails or its outcome is unknown, the stamp in memory
  /// differs from the database's, and the next writing transaction reads the database.
  func update(showing stamp: ShopStamp, _ body: (inout Shop) -> Void) {
    state.withLock { state in
      Self.change(&state, body)
      state.show(stamp)
    }
  }

  // MARK: - In a writing transaction

  /// The current shop, after adopting what another process has changed in the database. Triggers and
  /// catalogue cannot change again until the transaction ends.
  func current(in tx: Transaction) throws -> Shop {
    try catchUp(in: tx)
    return current
  }

  /// The same with the rules for planning.
  func snapshot(in tx: Transaction) throws -> ShopSnapshot {
    try catchUp(in: tx)
    return snapshot
  }

  /// Call in a transaction before it changes the shop: its own stamp, which becomes the final one, would hide
  /// what another process has changed before it.
  func catchUp(beforeChangeIn tx: Transaction) throws { try catchUp(in: tx, to: tx.shopStampForChange()) }

  private func catchUp(in tx: Transaction) throws { try catchUp(in: tx, to: tx.shopStamp()) }

  /// - Parameter readsTriggers: whether to read them regardless of the stamp.
  private func catchUp(
    in tx: Transaction, to stamp: ShopStamp, readingTriggers readsTriggers: Bool = false
  ) throws {
    let known = state.withLock { state in
      if state.stamp == nil { state.show(stamp) }
      return state.stamp ?? stamp
    }
    if known == stamp, !readsTriggers { return }
    let readsThem = known.triggers != stamp.triggers || readsTriggers
    let (triggers, segments) = readsThem ? (try tx.triggers(), try tx.segments()) : (nil, nil)
    let catalog = known.catalog == stamp.catalog ? nil : try Catalog(in: tx)
    state.withLock { state in
      Self.change(&state) { shop in
        if let triggers { shop.triggers = triggers }
        if let segments { shop.segments = segments }
        if let catalog { shop.catalog = catalog }
      }
      state.show(stamp)
    }
  }

  private static func change(_ state: inout State, _ body: (inout Shop) -> Void) {
    body(&state.shop)
    state.snapshot = ShopSnapshot(state.shop, revision: state.snapshot.revision + 1)
  }

  /// Adopts a new configuration. Messages claimed under the previous one must not be handed over until the
  /// store follows this one.
  ///
  /// - Parameter stamp: from the transaction that read the triggers; see `update(showing:)`.
  func take(
    _ program: Program, triggers: [TriggerID: TriggerRecord], segments: [SegmentID: SegmentRecord] = [:],
    stamp: ShopStamp? = nil
  ) {
    state.withLock { state in
      Self.change(&state) { shop in
        shop.segments = segments
        shop.program = program
        shop.triggers = triggers
      }
      if let stamp { state.show(stamp) }
      state.taken += 1
    }
  }

  /// Whether the store follows the current configuration.
  var isFollowed: Bool { state.withLock { $0.followed == $0.taken } }

  /// Makes everything that was claimed or waits under an earlier configuration be checked by the current one.
  /// Retry after a failure: it is idempotent.
  func follow(in store: Store, now: Instant) async throws {
    let number = try await store.write { [self] tx in
      let (program, number) = state.withLock { ($0.shop.program, $0.taken) }
      try tx.takeBackAll()
      try ChangedRules.follow(program, in: tx, now: now)
      return number
    }
    state.withLock { $0.followed = max($0.followed, number) }
  }

  /// Reads the state of the triggers from the store, on the writing thread: of two concurrent calls, the
  /// later one sees what both have written. On a reader's connection an older snapshot could overwrite a
  /// pause.
  func readTriggers(in store: Store) async throws {
    try await store.write { [self] tx in try catchUp(in: tx, to: tx.shopStamp(), readingTriggers: true) }
  }
}
