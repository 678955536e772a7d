/// The tables, as numbered migrations; a released one is never edited.
///
/// Inside, customers and triggers are numbers; outside they are the shop's own ids. Instants are milliseconds
/// since 1970, closed choices are snake_case words, and lists that are only read whole are compact JSON.
package enum Schema {
  package static let migrations: [String] = [
    version1, version2, version3, version4, version5, version6, version7, version8,
  ]

  /// The parts of migrations that SQL cannot express, by target version; run in the same transaction, after
  /// the SQL.
  static let completions: [Int: @Sendable (Transaction) throws -> Void] = [3: completeVersion3]

  /// The version that this program reads and writes.
  package static var version: Int { migrations.count }

  /// Every table created by any version that still exists.
  package static let tables: [String] = migrations.flatMap { sql in
    sql.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 2 && words[0] == "CREATE" && words[1] == "TABLE" ? String(words[2]) : nil
    }
  }.reduce(into: []) { tables, name in
    if !tables.contains(where: { $0.hasSameBytes(as: name) }) { tables.append(name) }
  }

  private static let version1 = """
    CREATE TABLE meta (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) {clustered};

    CREATE TABLE triggers (
      key {key},
      id TEXT NOT NULL UNIQUE,
      planning_hash TEXT NOT NULL,
      enabled_at {int} NOT NULL,
      paused_at {int},
      removed_at {int},
      -- The last customer that a changed trigger was planned anew for; NULL when all are done.
      replan_after {int}
    ) {strict};

    CREATE TABLE customers (
      key {key},
      id TEXT NOT NULL UNIQUE,
      email TEXT,
      phone TEXT,
      first_name TEXT,
      last_name TEXT,
      birthday TEXT,
      time_zone TEXT,
      locale TEXT,
      joined_at {int},
      consent TEXT NOT NULL,
      tags TEXT NOT NULL,
      attributes TEXT NOT NULL,
      field_times TEXT NOT NULL
    ) {strict};

    -- Evidence, only ever added to: who agreed or refused, when, and where that came from.
    CREATE TABLE consents (
      key {key},
      customer {int} NOT NULL,
      channel TEXT NOT NULL,
      state TEXT NOT NULL,
      at {int} NOT NULL,
      source TEXT NOT NULL
    ) {strict};
    CREATE INDEX consents_customer ON consents (customer);

    CREATE TABLE suppressions (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      reason TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address)
    ) {clustered};

    CREATE TABLE products (
      sku TEXT PRIMARY KEY,
      name TEXT,
      url TEXT,
      image TEXT,
      price {int},
      currency TEXT,
      cycle_days {real}
    ) {clustered};

    CREATE TABLE events (
      key {key},
      message_id TEXT NOT NULL UNIQUE,
      customer {int} NOT NULL,
      name TEXT NOT NULL,
      at {int} NOT NULL,
      received_at {int} NOT NULL,
      properties TEXT NOT NULL
    ) {strict};
    CREATE INDEX events_customer ON events (customer, at);

    -- A customer's orders lie side by side: planning reads all of them with each new one.
    CREATE TABLE orders (
      customer {int} NOT NULL,
      id TEXT NOT NULL,
      placed_at {int},
      cancelled_at {int},
      refunded_at {int},
      total {int} NOT NULL,
      refunded {int} NOT NULL,
      currency TEXT NOT NULL,
      cart_id TEXT,
      received_at {int} NOT NULL,
      lines TEXT NOT NULL,
      PRIMARY KEY (customer, id)
    ) {clustered};
    CREATE UNIQUE INDEX orders_id ON orders (id);

    -- Customers whose imported rows are stored and not yet planned for: a bit for each of 1024 numbers.
    CREATE TABLE unplanned (
      block {int} PRIMARY KEY,
      customers {bytes} NOT NULL
    ) {clustered};

    CREATE TABLE carts (
      customer {int} NOT NULL,
      id TEXT NOT NULL,
      url TEXT,
      changes TEXT NOT NULL,
      PRIMARY KEY (customer, id)
    ) {clustered};

    CREATE TABLE enrollments (
      key {key},
      trigger {int} NOT NULL,
      customer {int} NOT NULL,
      occurrence TEXT NOT NULL,
      fires_at {int} NOT NULL,
      subject TEXT NOT NULL,
      done_steps TEXT NOT NULL,
      next_due_at {int},
      state TEXT NOT NULL,
      end_reason TEXT,
      planned_at {int} NOT NULL,
      began_at {int},
      CHECK ((state = 'active') = (next_due_at IS NOT NULL)),
      UNIQUE (customer, trigger, occurrence)
    ) {strict};
    -- The due index: a tick with nothing due reads one entry of it, whatever the number of customers.
    CREATE INDEX enrollments_due ON enrollments (next_due_at) WHERE state = 'active';
    CREATE INDEX enrollments_trigger ON enrollments (trigger, key) WHERE state = 'active';

    CREATE TABLE decisions (
      key {key},
      enrollment {int} NOT NULL,
      step TEXT NOT NULL,
      at {int} NOT NULL,
      verdict TEXT NOT NULL,
      gate TEXT,
      channel TEXT,
      until {int},
      trace TEXT NOT NULL
    ) {strict};
    CREATE INDEX decisions_enrollment ON decisions (enrollment);
    CREATE INDEX decisions_at ON decisions (at);

    -- What was ever put into the outbox; outlives it, so that nothing is sent twice however old.
    CREATE TABLE ledger (
      key {bytes} PRIMARY KEY,
      first_at {int} NOT NULL
    ) {clustered};

    CREATE TABLE messages (
      key {key},
      -- Unique through the ledger, which every message is entered into first.
      ledger_key {bytes} NOT NULL,
      enrollment {int} NOT NULL,
      customer {int} NOT NULL,
      trigger TEXT NOT NULL,
      occurrence TEXT NOT NULL,
      step TEXT NOT NULL,
      channel TEXT NOT NULL,
      purpose TEXT NOT NULL,
      address TEXT NOT NULL,
      priority {int} NOT NULL,
      due_at {int} NOT NULL,
      expires_at {int} NOT NULL,
      state TEXT NOT NULL,
      attempt {int} NOT NULL,
      maybe_delivered {int} NOT NULL,
      claim_token {bytes},
      lease_until {int},
      -- When the provider may first have accepted it; what an idempotency window counts from.
      first_handoff_at {int},
      provider_reference TEXT,
      outcome TEXT,
      code TEXT,
      created_at {int} NOT NULL,
      final_at {int},
      -- The message itself. As plain columns and not as JSON: escaping every quote of a mail's HTML and reading it back
      -- would cost more than storing it. `recipient` is NULL where it is the same as `address`.
      recipient TEXT,
      to_name TEXT NOT NULL,
      subject TEXT,
      preheader TEXT,
      unsubscribe_url TEXT,
      data TEXT NOT NULL,
      text TEXT NOT NULL,
      html TEXT,
      CHECK ((state IN ('leased', 'handoff')) = (claim_token IS NOT NULL))
    ) {strict};
    CREATE INDEX messages_ready ON messages (channel, priority, due_at, key) WHERE state = 'queued';
    CREATE INDEX messages_waiting ON messages (channel, due_at) WHERE state = 'waiting';
    CREATE INDEX messages_in_flight ON messages (lease_until) WHERE state = 'leased' OR state = 'handoff';
    CREATE INDEX messages_expiry ON messages (expires_at) WHERE state = 'waiting' OR state = 'queued';
    CREATE INDEX messages_ambiguous ON messages (key) WHERE state = 'ambiguous';
    CREATE INDEX messages_customer ON messages (customer, created_at);
    CREATE INDEX messages_created ON messages (created_at);

    CREATE TABLE attempts (
      key {key},
      message {int} NOT NULL,
      attempt {int} NOT NULL,
      claim_token {bytes} NOT NULL,
      begun_at {int} NOT NULL,
      handoff_at {int},
      ended_at {int} NOT NULL,
      outcome TEXT NOT NULL,
      code TEXT,
      detail TEXT,
      UNIQUE (message, claim_token)
    ) {strict};

    CREATE TABLE imports (
      fingerprint TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      path TEXT NOT NULL,
      byte_offset {int} NOT NULL,
      line {int} NOT NULL,
      imported {int} NOT NULL,
      rejected {int} NOT NULL,
      started_at {int} NOT NULL,
      finished_at {int}
    ) {clustered};
    """

  /// An address may both have bounced and be unsubscribed: one row per reason.
  private static let version2 = """
    ALTER TABLE suppressions RENAME TO suppressions_1;
    CREATE TABLE suppressions (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      reason TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address, reason)
    ) {clustered};
    INSERT INTO suppressions SELECT channel, address, reason, at FROM suppressions_1;
    DROP TABLE suppressions_1;
    """
}
