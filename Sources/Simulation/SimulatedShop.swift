package import Decisioning
package import Domain

/// The state shared by all customers. Read-only within a slice: it changes only between slices, and so far only from
/// outside, never through customers. If they had an effect on it, that would be summed up in `Slice` and applied by
/// `Simulation.runSlice`.
package struct SimulatedShop: Sendable {
  package var program: Program { didSet { makeRules() } }
  package var catalog: Catalog { didSet { makeRules() } }
  /// When each trigger was first seen, or seen again; without removed triggers.
  package private(set) var enabledAt: [TriggerID: Instant]
  /// When each segment was first seen, or seen again; without removed ones.
  package private(set) var segmentsEnabledAt: [SegmentID: Instant]
  /// Triggers paused by an operator.
  package var paused: Set<TriggerID> = []
  /// Whether messages leave the outbox. Otherwise they wait; those that expire in the meantime end when sending
  /// resumes.
  package var isSending = true
  package private(set) var rules: PlanningRules
  /// The rules that decide how long things wait, including those of removed triggers: what waited by them may still
  /// wait when the triggers return.
  private var waitingRules: Program.WaitingRules

  /// - Parameters:
  ///   - enabledAt: triggers without an entry do not plan.
  ///   - segments: the same for segments; `nil` if all of them are as old as the shop.
  package init(
    program: Program, catalog: Catalog = Catalog(), enabledAt: [TriggerID: Instant],
    segments: [SegmentID: Instant]? = nil
  ) {
    let segments =
      segments
      ?? Dictionary(program.audience.registered.map { ($0.id, .distantPast) }) { first, _ in first }
    segmentsEnabledAt = segments
    self.program = program
    self.catalog = catalog
    self.enabledAt = enabledAt
    rules = PlanningRules(
      program: program, catalog: catalog, enabledAt: enabledAt, segments: segments)
    waitingRules = program.waitingRules
  }

  /// The gates asked before messages are sent.
  func gates(at now: Instant) -> WireGates {
    WireGates(
      program: program, paused: paused, removed: paused.filter { program.triggers[$0] == nil }, now: now)
  }

  private mutating func makeRules() {
    rules = PlanningRules(
      program: program, catalog: catalog, enabledAt: enabledAt, segments: segmentsEnabledAt)
  }

  /// Puts another program into force.
  ///
  /// - Returns: what must be decided or planned again, and what ends.
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
        // A pause outlives the trigger's file: if the trigger returns, it is still paused.
        enabledAt[id] = nil
        reload.removed.insert(id)
      }
    }
    let before = Dictionary(program.audience.registered.map { ($0.id, $0.hash) }) { $1 }
    let after = Dictionary(new.audience.registered.map { ($0.id, $0.hash) }) { $1 }
    for id in Set(before.keys).union(after.keys) {
      switch TriggerRegistration(known: segmentsEnabledAt[id] == nil ? nil : before[id], wanted: after[id]) {
      case .enabled:
        segmentsEnabledAt[id] = now
        reload.segments.insert(id)
      case .changed: reload.segments.insert(id)
      case .unchanged: break
      case .removed: segmentsEnabledAt[id] = nil
      }
    }
    program = new
    return reload
  }

  /// The effects of a new program on what is planned and what waits.
  struct Reload {
    var replanned: Set<TriggerID>
    var removed: Set<TriggerID> = []
    /// New and changed segments, and the measures.
    var segments: Set<SegmentID> = []
    /// The changed rules: what waits by them is due now.
    var changed: Program.WaitingRules.Changes
  }
}
