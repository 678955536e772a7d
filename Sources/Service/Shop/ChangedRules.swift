internal import Decisioning
internal import Domain
internal import Store

/// Applies a changed configuration to what already waits. The rules are stored, so that a change across a
/// restart counts like a reload.
enum ChangedRules {
  private static let windows = "openings"

  /// Makes everything that waits by a changed rule due now.
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
