package import Decisioning
package import Domain
package import Store
internal import Synchronization

/// What the daemon knows at one moment, apart from its customers: the program, the goods, the triggers as stored.
///
/// A value: work that has begun on one picture ends on it, whatever is reloaded meanwhile.
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

/// The current picture of the shop, shared by everything that runs.
package final class LiveShop: Sendable {
  private let state: Mutex<(shop: Shop, rules: PlanningRules)>

  package init(_ shop: Shop) { state = Mutex((shop, PlanningRules(shop, revision: 0))) }

  package var current: Shop { state.withLock { $0.shop } }

  /// The rules by which intake plans.
  var rules: PlanningRules { state.withLock { $0.rules } }

  package func update(_ body: (inout Shop) -> Void) {
    state.withLock { state in
      body(&state.shop)
      state.rules = PlanningRules(state.shop, revision: state.rules.revision + 1)
    }
  }

  /// Takes over how the triggers stand in the store: on the writing thread, so that of two who do so at once the later
  /// one knows what both have written. Read beside it, a pause could be lost again to a picture taken before it.
  func readTriggers(in store: Store) async throws {
    try await store.write { [self] tx in
      let triggers = try tx.triggers()
      update { $0.triggers = triggers }
    }
  }
}
