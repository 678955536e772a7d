internal import Decisioning
internal import Domain
internal import Store

/// What a changed configuration means for what already waits. Remembered in the store, so that a change over a restart
/// counts like one by a reload.
enum ChangedRules {
  private static let windows = "openings"

  /// Makes due now what waits by a rule that has changed since the last time.
  static func follow(_ program: Program, in tx: Transaction, now: Instant) throws {
    let rules = program.waitingRules
    let reach = rules.reach.sorted { $0.key < $1.key }
    let changed = try tx.changed(
      waitingRules: [(windows, rules.windows)] + reach.map { ("reach:" + $0.key.rawValue, $0.value) })
    if changed.contains(where: { $0.hasSameBytes(as: windows) }) { try tx.askAgainForOpenings(now: now) }
    for trigger in reach.map(\.key)
    where changed.contains(where: { $0.hasSameBytes(as: "reach:" + trigger.rawValue) }) {
      try tx.askAgainForAddresses(of: trigger, now: now)
    }
  }
}
