internal import Decisioning
internal import Domain
internal import Store

/// What the gates hold during one claim: asks them, logs the answers, and records them with the claim.
struct WireHolds {
  /// Messages that wait for the same thing, logged together.
  struct Wait: Hashable, Comparable {
    var trigger: TriggerID
    var gate: Gate
    var until: Instant

    static func < (a: Wait, b: Wait) -> Bool {
      (a.trigger.rawValue, a.until, a.gate.rawValue) < (b.trigger.rawValue, b.until, b.gate.rawValue)
    }
  }

  private var gates: WireGates
  private var held: [(message: ClaimedMessage, clearance: Clearance)] = []

  init(_ gates: WireGates) { self.gates = gates }

  mutating func ask(_ due: DueMessage) -> WireAnswer {
    let answer = gates.ask(due)
    if case .holds(let decision) = answer { held.append((due.message, Clearance(heldBy: decision))) }
    return answer
  }

  /// How many messages wait, by what they wait for.
  var waiting: [Wait: Int] {
    var waiting: [Wait: Int] = [:]
    for (message, clearance) in held {
      guard case .waits(let decision) = clearance, case .defer(let until, let gate) = decision.verdict else {
        continue
      }
      waiting[Wait(trigger: message.trigger, gate: gate, until: until), default: 0] += 1
    }
    return waiting
  }

  /// Records the holds in the transaction of the claim. Reopens the steps of messages that cannot be reached
  /// at their address.
  ///
  /// - Returns: whether steps may have been reopened.
  func settle(_ program: Program, _ tx: Transaction, now: Instant) throws -> Bool {
    let unreachable = held.filter { $0.clearance.ending?.reopening == .onOtherChannel }.map(\.message.key)
    let reopened = try Fallback.reopen(unreachable, program, tx, now: now)
    // A message without an enrollment has no place in the record.
    let told = held.filter { $0.message.enrollment != 0 }
    try tx.recordOnce(
      told.filter { $0.clearance.ending == nil }.compactMap { $0.clearance.record(of: $0.message, at: now) })
    try tx.record(
      told.filter { $0.clearance.ending != nil }.compactMap { message, clearance in
        clearance.record(of: message, isReopened: reopened.contains(message.key), at: now)
      })
    return !unreachable.isEmpty
  }
}

extension WireGates {
  /// Uses the current shop.
  init(_ shop: Shop, now: Instant) {
    let paused = shop.triggers.values.filter { $0.pausedAt != nil }
    self.init(
      program: shop.program, paused: Set(paused.map(\.id)),
      removed: Set(paused.lazy.filter { $0.removedAt != nil }.map(\.id)), now: now)
  }
}
