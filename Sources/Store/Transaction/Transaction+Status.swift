package import Domain
internal import Platform

/// The store's figures for `status` and metrics.
package struct StoreStatus: Equatable, Sendable {
  package var customers: Int
  /// Visitors without an address.
  package var visitors: Int
  package var activeEnrollments: Int
  package var nextDueAt: Instant?
  /// Triggers without an active enrollment are missing.
  package var nextDueByTrigger: [TriggerID: Instant]
  /// Unfinished messages by channel and state.
  package var queues: [ChannelName: [MessageState: Int]]
  /// Today's verdicts by trigger. Excludes deferrals, which settle nothing, and messages that ended before being sent,
  /// which are counted by their state.
  package var today: [TriggerID: [VerdictKind: Int]]
  /// The due time of the oldest message waiting to be claimed; `nil` if there is none.
  package var oldestQueuedAt: Instant?
  /// When the first lease of a message in flight ends; `nil` if there is none.
  package var firstLeaseUntil: Instant?

  package init(
    customers: Int, visitors: Int = 0, activeEnrollments: Int, nextDueAt: Instant?,
    nextDueByTrigger: [TriggerID: Instant],
    queues: [ChannelName: [MessageState: Int]], today: [TriggerID: [VerdictKind: Int]],
    oldestQueuedAt: Instant?, firstLeaseUntil: Instant? = nil
  ) {
    self.customers = customers
    self.visitors = visitors
    self.activeEnrollments = activeEnrollments
    self.nextDueAt = nextDueAt
    self.nextDueByTrigger = nextDueByTrigger
    self.queues = queues
    self.today = today
    self.oldestQueuedAt = oldestQueuedAt
    self.firstLeaseUntil = firstLeaseUntil
  }
}

extension Transaction {
  /// - Parameter today: the start of the shop's day.
  package func status(today: Instant) throws -> StoreStatus {
    var queues: [ChannelName: [MessageState: Int]] = [:]
    try connection.query(
      Self.queuesStatement
    ) { row in
      queues[ChannelName(row.string(0)), default: [:]][try row.word(1, as: MessageState.self)] = Int(
        row.int64(2))
    }
    var verdicts: [TriggerID: [VerdictKind: Int]] = [:]
    try connection.query(
      """
      SELECT t.id, d.verdict, count(*) FROM decisions d JOIN enrollments e ON e.key = d.enrollment
      JOIN triggers t ON t.key = e.trigger WHERE d.at >= ?1 AND d.verdict <> 'defer'
        AND (d.verdict <> 'skip' OR d.channel IS NULL) GROUP BY t.id, d.verdict
      """, [today.sql]
    ) { row in
      verdicts[TriggerID(row.string(0)), default: [:]][try row.word(1, as: VerdictKind.self)] = Int(
        row.int64(2))
    }
    return StoreStatus(
      customers: try customerCount(), visitors: try visitorCount(),
      activeEnrollments: Int(
        try connection.integer("SELECT count(*) FROM enrollments WHERE state = 'active'") ?? 0),
      nextDueAt: try nextDueAt(), nextDueByTrigger: try nextDueByTrigger(), queues: queues, today: verdicts,
      oldestQueuedAt: try connection.integer(Self.oldestQueuedStatement).map {
        Instant(milliseconds: $0)
      },
      firstLeaseUntil: try connection.integer(Self.firstLeaseStatement).map { Instant(milliseconds: $0) })
  }

  /// Each part is counted in its own index.
  private static let queuesStatement = SQLText(
    [[.queued], [.waiting], [.leased, .handoff], [.ambiguous]].map { (states: [MessageState]) in
      "SELECT channel, state, count(*) FROM messages WHERE \(states.isOneOf) GROUP BY channel, state"
    }.joined(separator: " UNION ALL "))
  private static let oldestQueuedStatement = SQLText(
    "SELECT min(due_at) FROM messages WHERE \(MessageState.queued.isState)")
  private static let firstLeaseStatement = SQLText(
    "SELECT min(lease_until) FROM messages WHERE \([MessageState.leased, .handoff].isEither)")

  /// The states of messages composed since `today`, by trigger.
  package func messageStates(since today: Instant) throws -> [TriggerID: [MessageState: Int]] {
    var states: [TriggerID: [MessageState: Int]] = [:]
    try connection.query(
      "SELECT trigger, state, count(*) FROM messages WHERE created_at >= ?1 AND source IS NULL GROUP BY trigger, state",
      [today.sql]
    ) { row in
      states[TriggerID(row.string(0)), default: [:]][try row.word(1, as: MessageState.self)] = Int(
        row.int64(2))
    }
    return states
  }

  /// The number of messages that other systems sent since `today`.
  package func sentElsewhereCount(since today: Instant) throws -> Int {
    Int(
      try connection.integer(
        "SELECT count(*) FROM messages WHERE created_at >= ?1 AND source IS NOT NULL", [today.sql]) ?? 0)
  }

  /// The next due time of each trigger. Walks the due index until every trigger is found.
  private func nextDueByTrigger() throws -> [TriggerID: Instant] {
    var found: [TriggerID: Instant] = [:]
    for trigger in try triggers().values where trigger.removedAt == nil {
      let due = try connection.integer(
        "SELECT next_due_at FROM enrollments WHERE state = 'active' AND trigger = ?1 ORDER BY next_due_at LIMIT 1",
        [.integer(trigger.key)])
      if let due { found[trigger.id] = Instant(milliseconds: due) }
    }
    return found
  }
}
