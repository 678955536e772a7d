package import Decisioning
package import Domain
package import Store
internal import Synchronization

/// What the daemon knows at one moment, apart from its customers: the program, the goods, the triggers as stored.
///
/// A value: work that began with one snapshot ends with it, whatever is reloaded meanwhile.
package struct Shop: Sendable {
  package var program: Program
  package var catalog: Catalog
  package var triggers: [TriggerID: TriggerRecord]

  package init(program: Program, catalog: Catalog, triggers: [TriggerID: TriggerRecord]) {
    self.program = program
    self.catalog = catalog
    self.triggers = triggers
  }

  /// Triggers that are in the configuration and in the store.
  func enabled(_ trigger: TriggerID) -> (trigger: Trigger, enabledAt: Instant)? {
    guard let rule = program.triggers[trigger], let record = triggers[trigger], record.removedAt == nil else {
      return nil
    }
    return (rule, record.enabledAt)
  }
}

/// The current snapshot of the shop, shared by everything that runs.
package final class LiveShop: Sendable {
  private struct State {
    var shop: Shop
    var rules: PlanningRules
    /// How many files were taken up, and how many of them the store follows.
    var taken = 0
    var followed = 0
  }

  private let state: Mutex<State>

  package init(_ shop: Shop) { state = Mutex(State(shop: shop, rules: PlanningRules(shop, revision: 0))) }

  package var current: Shop { state.withLock { $0.shop } }

  /// The rules by which intake plans.
  var rules: PlanningRules { state.withLock { $0.rules } }

  package func update(_ body: (inout Shop) -> Void) { state.withLock { Self.change(&$0, body) } }

  private static func change(_ state: inout State, _ body: (inout Shop) -> Void) {
    body(&state.shop)
    state.rules = PlanningRules(state.shop, revision: state.rules.revision + 1)
  }

  /// Takes up a new file. What was claimed by the one before must not be handed over until the store follows this one.
  func take(_ program: Program, triggers: [TriggerID: TriggerRecord]) {
    state.withLock { state in
      Self.change(&state) { shop in
        shop.program = program
        shop.triggers = triggers
      }
      state.taken += 1
    }
  }

  /// Whether the store follows the file of now.
  var isFollowed: Bool { state.withLock { $0.followed == $0.taken } }

  /// Has everything that was claimed or waits by a file before looked at by the one of now. To be tried again after a
  /// failure: done twice it does no harm.
  func follow(in store: Store, now: Instant) async throws {
    let number = try await store.write { [self] tx in
      let (program, number) = state.withLock { ($0.shop.program, $0.taken) }
      try tx.takeBackAll()
      try ChangedRules.follow(program, in: tx, now: now)
      return number
    }
    state.withLock { $0.followed = max($0.followed, number) }
  }

  /// Reads the state of the triggers from the store, on the writing thread: of two concurrent calls the later one sees
  /// what both have written. On a reader's connection a pause could be overwritten by an older snapshot.
  func readTriggers(in store: Store) async throws {
    try await store.write { [self] tx in
      let triggers = try tx.triggers()
      update { $0.triggers = triggers }
    }
  }
}
