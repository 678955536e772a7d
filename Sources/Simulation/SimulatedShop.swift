package import Decisioning
package import Domain

/// What all customers share. Read-only within a slice; it changes only between slices, so far by whoever runs the
/// simulation and never by what customers do. What they do would be summed up in `Slice` and put in by `Simulation.runSlice`.
package struct SimulatedShop: Sendable {
  package var program: Program { didSet { makeRules() } }
  package var catalog: Catalog { didSet { makeRules() } }
  /// When each trigger was first seen, or seen again; those of triggers that are gone are missing.
  package private(set) var enabledAt: [TriggerID: Instant]
  /// Triggers that an operator has paused.
  package var paused: Set<TriggerID> = []
  /// Whether messages leave the outbox. While they do not, they wait; those that expire meanwhile end when others leave.
  package var isSending = true
  package private(set) var rules: PlanningRules
  /// By what things wait, those of triggers that are gone included: what waited by them may still wait when they come
  /// back.
  private var waitingRules: Program.WaitingRules

  /// - Parameter enabledAt: triggers without an entry do not plan.
  package init(program: Program, catalog: Catalog = Catalog(), enabledAt: [TriggerID: Instant]) {
    self.program = program
    self.catalog = catalog
    self.enabledAt = enabledAt
    rules = PlanningRules(program: program, catalog: catalog, enabledAt: enabledAt)
    waitingRules = program.waitingRules
  }

  /// What is asked about messages before they go.
  func gates(at now: Instant) -> WireGates {
    WireGates(
      program: program, paused: paused, removed: paused.filter { program.triggers[$0] == nil }, now: now)
  }

  private mutating func makeRules() {
    rules = PlanningRules(program: program, catalog: catalog, enabledAt: enabledAt)
  }

  /// Puts another program in force.
  ///
  /// - Returns: what has to be asked or planned again, and what ends.
  mutating func take(_ new: Program, at now: Instant) -> Reload {
    let changed = waitingRules.follow(new.waitingRules)
    var reload = Reload(replanned: changed.reach, changed: changed)
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
    /// By what waits is due now.
    var changed: Program.WaitingRules.Changes
  }
}
