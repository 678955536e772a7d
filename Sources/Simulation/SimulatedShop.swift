package import Decisioning
package import Domain

/// What all customers share. Read-only within a slice; it changes only between slices.
package struct SimulatedShop: Sendable {
  package var program: Program { didSet { makeRules() } }
  package var catalog: Catalog { didSet { makeRules() } }
  /// When each trigger was first seen, or seen again; those of triggers that are gone are missing.
  package private(set) var enabledAt: [TriggerID: Instant]
  /// Triggers that an operator has paused.
  package var paused: Set<TriggerID> = []
  /// Whether messages leave the outbox. While they do not, they wait and may expire.
  package var isSending = true
  package private(set) var rules: PlanningRules

  /// - Parameter enabledAt: triggers without an entry do not plan.
  package init(program: Program, catalog: Catalog = Catalog(), enabledAt: [TriggerID: Instant]) {
    self.program = program
    self.catalog = catalog
    self.enabledAt = enabledAt
    rules = PlanningRules(program: program, catalog: catalog, enabledAt: enabledAt)
  }

  private mutating func makeRules() {
    rules = PlanningRules(program: program, catalog: catalog, enabledAt: enabledAt)
  }

  /// Puts another program in force.
  ///
  /// - Returns: what has to be asked or planned again, and what ends.
  mutating func take(_ new: Program, at now: Instant) -> Reload {
    var reload = Reload(from: program.waitingRules, to: new.waitingRules)
    for id in Set(program.triggers.keys).union(new.triggers.keys).sorted() {
      let known = enabledAt[id] == nil ? nil : program.triggers[id]?.planningHash
      switch TriggerRegistration(known: known, wanted: new.triggers[id]?.planningHash) {
      case .enabled:
        enabledAt[id] = now
        reload.replanned.insert(id)
      case .changed: reload.replanned.insert(id)
      case .unchanged: break
      case .removed:
        // A pause outlives the file: a trigger that comes back is still paused.
        enabledAt[id] = nil
        reload.removed.insert(id)
      }
    }
    program = new
    return reload
  }

  /// What a new program means for what is planned and waits.
  struct Reload {
    var replanned: Set<TriggerID>
    var removed: Set<TriggerID> = []
    /// Whether what waits for an opening is due now.
    var asksForOpenings: Bool
    /// Triggers whose messages that wait are due now, because who can be reached has changed.
    var asksForAddresses: Set<TriggerID>

    init(from before: Program.WaitingRules, to after: Program.WaitingRules) {
      asksForOpenings = !before.windows.hasSameBytes(as: after.windows)
      asksForAddresses = Set(
        after.reach.filter { id, text in before.reach[id].map { !$0.hasSameBytes(as: text) } ?? false }.keys)
      replanned = asksForAddresses
    }
  }
}
