package import Domain
internal import Platform

/// A trigger as the store remembers it.
package struct TriggerRecord: Equatable, Sendable {
  package var key: Int64
  package var id: TriggerID
  package var planningHash: String
  /// When the store first saw it; again after it was removed for a while.
  package var enabledAt: Instant
  package var pausedAt: Instant?
  package var removedAt: Instant?
  /// The last customer a changed trigger was re-planned for; `nil` when there is nothing left to do. For a removed
  /// trigger: whether its enrollments are still to be ended.
  package var replanAfter: CustomerKey?
}

extension TriggerRecord {
  private enum Column: Int, TableColumn {
    case key, id, planningHash, enabledAt, pausedAt, removedAt, replanAfter
  }

  fileprivate static let allStatement = SQLText(
    constant: "SELECT \(SQL.list(Column.allCases.names)) FROM triggers")

  fileprivate init(_ row: borrowing Row) {
    self.init(
      key: row.int64(Column.key), id: TriggerID(row.string(Column.id)),
      planningHash: row.string(Column.planningHash), enabledAt: row.instant(Column.enabledAt),
      pausedAt: row.optionalInstant(Column.pausedAt), removedAt: row.optionalInstant(Column.removedAt),
      replanAfter: row.optionalInt64(Column.replanAfter).map { CustomerKey($0) })
  }
}

extension Transaction {
  /// Every trigger ever seen, removed ones included, by id.
  package func triggers() throws -> [TriggerID: TriggerRecord] {
    var triggers: [TriggerID: TriggerRecord] = [:]
    try connection.query(TriggerRecord.allStatement) { row in
      let record = TriggerRecord(row)
      triggers[record.id] = record
    }
    return triggers
  }

  /// Makes the remembered triggers those of the configuration: new ones are enabled at `now`, those whose planning has
  /// changed are marked to be re-planned from the first customer on, and those gone are marked removed.
  ///
  /// - Returns: all of them, as they now stand.
  package func syncTriggers(
    _ wanted: [(id: TriggerID, planningHash: String)], now: Instant
  ) throws -> [TriggerID: TriggerRecord] {
    let known = try triggers()
    for trigger in wanted {
      let record = known[trigger.id]
      let inForce = record.flatMap { $0.removedAt == nil ? $0.planningHash : nil }
      switch TriggerRegistration(known: inForce, wanted: trigger.planningHash) {
      case .enabled where record == nil:
        try connection.run(
          "INSERT INTO triggers (id, planning_hash, enabled_at, replan_after) VALUES (?1, ?2, ?3, 0)",
          [.text(trigger.id.rawValue), .text(trigger.planningHash), now.sql])
      case .enabled:
        try connection.run(
          "UPDATE triggers SET planning_hash = ?2, enabled_at = ?3, removed_at = NULL, replan_after = 0 WHERE id = ?1",
          [.text(trigger.id.rawValue), .text(trigger.planningHash), now.sql])
      case .changed:
        try connection.run(
          "UPDATE triggers SET planning_hash = ?2, replan_after = 0 WHERE id = ?1",
          [.text(trigger.id.rawValue), .text(trigger.planningHash)])
      case .unchanged, .removed: break
      }
    }
    let names = Set(wanted.map(\.id))
    for record in known.values where record.removedAt == nil && !names.contains(record.id) {
      try connection.run(
        "UPDATE triggers SET removed_at = ?2, replan_after = 0 WHERE key = ?1",
        [.integer(record.key), now.sql])
    }
    try renewProgramStamp()
    try renewTriggersStamp()
    return try triggers()
  }

  /// `nil` ends the re-planning.
  package func setReplanAfter(_ customer: CustomerKey?, of trigger: TriggerID) throws {
    try connection.run(
      "UPDATE triggers SET replan_after = ?2 WHERE id = ?1",
      [.text(trigger.rawValue), customer.map { .integer($0.rawValue) } ?? .null])
  }

  /// `nil` resumes it. - Returns: whether there is such a trigger.
  package func setPaused(_ at: Instant?, trigger: TriggerID) throws -> Bool {
    let isKnown =
      try connection.run(
        "UPDATE triggers SET paused_at = ?2 WHERE id = ?1 AND removed_at IS NULL",
        [.text(trigger.rawValue), at.sql]) > 0
    if isKnown { try renewTriggersStamp() }
    return isKnown
  }
}

extension Transaction {
  private static let clockName = "clock"

  /// The latest instant that was believed, as a start compares its clock with it: the one that was remembered, else
  /// when the last trigger was enabled; `nil` in a new store.
  package func knownInstant() throws -> Instant? {
    if let stored = try storedMeta(Self.clockName).flatMap({ Int64($0) }) {
      return Instant(milliseconds: stored)
    }
    return try connection.integer("SELECT max(enabled_at) FROM triggers").map { Instant(milliseconds: $0) }
  }

  /// Remembers an instant that is believed.
  package func remember(known instant: Instant) throws {
    try setMeta(Self.clockName, String(instant.milliseconds))
  }

  /// No trigger was enabled in the future: a clock that is believed now says so. Without this, what happens until then
  /// would count as before its triggers. - Returns: how many were brought back.
  package func bringBackEnabled(to now: Instant) throws -> Int {
    let moved = try connection.run("UPDATE triggers SET enabled_at = ?1 WHERE enabled_at > ?1", [now.sql])
    if moved > 0 { try renewTriggersStamp() }
    return moved
  }
}
