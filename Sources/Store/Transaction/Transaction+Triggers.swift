package import Domain
internal import Platform

/// A stored trigger.
package struct TriggerRecord: Equatable, Sendable {
  package var key: Int64
  package var id: TriggerID
  package var planningHash: String
  /// When the store first saw it; updated if it was removed for a while.
  package var enabledAt: Instant
  package var pausedAt: Instant?
  package var removedAt: Instant?
  /// The last customer that a changed trigger was re-planned for; `nil` if it is done. For a removed trigger:
  /// whether its enrollments must still be ended.
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
  /// Every trigger ever seen, including removed ones, by id.
  package func triggers() throws -> [TriggerID: TriggerRecord] {
    var triggers: [TriggerID: TriggerRecord] = [:]
    try connection.query(TriggerRecord.allStatement) { row in
      let record = TriggerRecord(row)
      triggers[record.id] = record
    }
    return triggers
  }

  /// Updates the stored triggers from the configuration: new ones are enabled at `now`, changed ones are
  /// marked to be re-planned from the first customer, and missing ones are marked removed.
  ///
  /// - Returns: all of them, as stored.
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

  /// The latest trusted instant, for a start to compare its clock with: the one remembered, else when the
  /// last trigger was enabled; `nil` in a new store.
  package func knownInstant() throws -> Instant? {
    if let stored = try storedMeta(Self.clockName).flatMap({ Int64($0) }) {
      return Instant(milliseconds: stored)
    }
    return try connection.integer("SELECT max(enabled_at) FROM triggers").map { Instant(milliseconds: $0) }
  }

  /// Remembers a trusted instant.
  package func remember(known instant: Instant) throws {
    try setMeta(Self.clockName, String(instant.milliseconds))
  }

  /// Moves enabling times in the future back to `now`, once the clock is trusted again. Otherwise, what
  /// happens until then would count as before its triggers. - Returns: how many were moved.
  package func bringBackEnabled(to now: Instant) throws -> Int {
    let moved = try connection.run("UPDATE triggers SET enabled_at = ?1 WHERE enabled_at > ?1", [now.sql])
    let segments = try connection.run("UPDATE segments SET enabled_at = ?1 WHERE enabled_at > ?1", [now.sql])
    if moved + segments > 0 { try renewTriggersStamp() }
    return moved
  }
}
