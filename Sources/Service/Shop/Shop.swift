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
}
