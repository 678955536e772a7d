import Domain
import Platform
import Store
import Testing

struct QueryPlanTests {
  /// A statement with the index, or the primary key, that each of its steps must use.
  private static let plans: [(statement: SQLText, steps: [String])] = [
    (
      Transaction.dueEnrollmentsStatement,
      ["enrollments USING INDEX enrollments_due (next_due_at>? AND next_due_at<?)"]
    ),
    (Transaction.nextDueStatement, ["enrollments USING INDEX enrollments_due"]),
    (Transaction.namesStatement, ["customers USING INDEX customers_joined (joined_into=?)"]),
    (Transaction.goneVisitorsStatement, ["customers USING COVERING INDEX customers_seen (seen_at<?)"]),
    (
      Transaction.dueMembershipsStatement,
      ["memberships USING COVERING INDEX memberships_due (next_change>? AND next_change<?)"]
    ),
    (
      Transaction.nextMembershipStatement,
      ["memberships USING COVERING INDEX memberships_due (next_change>?)"]
    ),
    (
      Transaction.membersStatement,
      [
        "m USING INDEX memberships_segment (segment=? AND customer>?)",
        "c USING INTEGER PRIMARY KEY (rowid=?)",
      ]
    ),
    (
      Transaction.eventsOfNameStatement, ["events USING INDEX events_customer (customer=? AND name=?)"]
    ),
    (
      Transaction.endedMessagesStatement, ["messages USING INDEX messages_customer (customer=?)"]
    ),
    (
      Transaction.claimStatement(.sqlite),
      ["m USING INDEX messages_ready (channel=?)", "c USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"]
    ),
    (
      Transaction.promoteStatement,
      [
        "messages USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1",
        "messages USING INDEX messages_waiting (channel=? AND due_at<?)",
      ]
    ),
    (
      Transaction.expireStatement,
      [
        "messages USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1",
        "messages USING INDEX messages_expiry (expires_at<?)",
      ]
    ),
    (
      Transaction.capEntriesStatement,
      ["messages USING INDEX messages_customer (customer=? AND created_at>?)"]
    ),
    (
      Transaction.stepMessagesStatement,
      ["messages USING INDEX messages_customer (customer=? AND created_at>?)"]
    ),
    (
      Transaction.wakeStatement,
      [
        "enrollments USING INDEX enrollments_customer (customer=?)", "CORRELATED SCALAR SUBQUERY 1",
        "d USING INDEX decisions_enrollment (enrollment=?)",
      ]
    ),
    (
      Transaction.wakeMessagesStatement,
      [
        "messages USING INDEX messages_customer (customer=?)", "CORRELATED SCALAR SUBQUERY 1",
        "d USING INDEX decisions_enrollment (enrollment=?)",
      ]
    ),
    (
      Transaction.requeueStatement, ["messages USING INDEX messages_in_flight (lease_until<?)"]
    ),
    (
      Transaction.parkStatement, ["messages USING INDEX messages_in_flight (lease_until<?)"]
    ),
    (
      Transaction.nextQueuedChannelStatement, ["messages USING INDEX messages_ready (channel>?)"]
    ),
    (
      Transaction.nextWaitingChannelStatement,
      ["messages USING INDEX messages_waiting (channel>?)"]
    ),
    (
      Transaction.giveUpChannelStatement,
      [
        "messages USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 2", "COMPOUND QUERY",
        "LEFT-MOST SUBQUERY", "messages USING INDEX messages_ready (channel=?)", "UNION ALL",
        "messages USING INDEX messages_waiting (channel=?)",
      ]
    ),
    (Transaction.takeBackStatement, ["messages USING INDEX messages_customer (customer=?)"]),
    (Transaction.takeBackTriggerStatement, ["messages USING INDEX messages_in_flight"]),
    (Transaction.anyLeasedStatement, ["messages USING INDEX messages_in_flight"]),
    (Transaction.withdrawLeasedStatement, ["messages USING INDEX messages_in_flight"]),
    (
      Transaction.eventsAfterStatement,
      ["events USING INDEX events_customer (customer=? AND name=? AND at>?)"]
    ),
    (Transaction.someOrdersStatement, ["orders USING PRIMARY KEY (customer=?)"]),
    (
      Transaction.newestEventsStatement, ["events USING INDEX events_customer (customer=? AND name=?)"]
    ),
    (
      Transaction.oldestEventsStatement, ["events USING INDEX events_customer (customer=? AND name=?)"]
    ),
    (
      Transaction.newestEnrollmentsStatement,
      [
        "t USING INTEGER PRIMARY KEY (rowid=?)",
        "e USING INDEX enrollments_customer (customer=? AND trigger=?)",
      ]
    ),
    (
      Transaction.suppressWaitingStatement, ["messages USING INDEX messages_customer (customer=?)"]
    ),
  ]

  @Test(arguments: plans.indices)
  func `what runs all the time uses its index, sorts nothing and scans nothing`(index: Int) async throws {
    let (statement, steps) = Self.plans[index]
    try await StoreKind.sqlite.use { store in
      try await store.write { tx in
        let connection = try #require(tx.connection as? SQLiteConnection)
        let plan = try connection.all(
          SQLText("EXPLAIN QUERY PLAN \(statement)"), Self.nulls(for: statement)
        ) { $0.string(3) }
        let read = plan.map { line in
          for verb in ["SEARCH ", "SCAN "] where line.hasPrefix(verb) {
            return String(line.dropFirst(verb.count))
          }
          return line
        }
        #expect(read == steps, "\(statement)")
        // Two steps may be called a scan: the walk along an index that stops at its first row, and that through the few
        // that are under way.
        let walks = ["USING INDEX enrollments_due", "USING INDEX messages_in_flight"]
        #expect(!plan.contains { line in line.hasPrefix("SCAN") && !walks.contains { line.hasSuffix($0) } })
      }
    }
  }

  /// One for each numbered parameter; the plan does not depend on values.
  private static func nulls(for statement: SQLText) -> [SQLValue] {
    let numbers = "\(statement)".split(separator: "?").dropFirst().compactMap {
      Int($0.prefix { $0.isNumber })
    }
    return Array(repeating: .null, count: numbers.max() ?? 0)
  }
}
