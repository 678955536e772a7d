extension ReleasedSchema {
  /// What each later version changed of the one before, from version 2 on.
  static let steps = [
    // 2
    """
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
    """,
    // 3
    """
    ALTER TABLE messages ADD COLUMN last_handoff_at {int};
    ALTER TABLE messages ADD COLUMN faulted_at {int};
    CREATE TABLE channels (
      name TEXT PRIMARY KEY,
      faulted_at {int} NOT NULL,
      passed_at {int} NOT NULL
    ) {clustered};
    ALTER TABLE carts ADD COLUMN base TEXT;
    ALTER TABLE orders ADD COLUMN returned TEXT;
    DROP INDEX events_customer;
    CREATE INDEX events_customer ON events (customer, name, at);
    CREATE INDEX enrollments_customer ON enrollments (customer, trigger, key);
    CREATE TABLE order_books (
      customer {int} PRIMARY KEY,
      book TEXT NOT NULL
    ) {clustered};
    CREATE TABLE quarantine (
      key {key},
      kind TEXT NOT NULL,
      item TEXT NOT NULL,
      customer TEXT,
      about TEXT NOT NULL,
      signal TEXT NOT NULL,
      crashes {int} NOT NULL,
      at {int} NOT NULL,
      since {int},
      due_at {int},
      content TEXT,
      UNIQUE (kind, item)
    ) {strict};
    CREATE INDEX quarantine_customer ON quarantine (customer);
    """,
    // 4
    """
    CREATE TABLE grants (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address)
    ) {clustered};
    """,
    // 5
    """
    CREATE TABLE customer_versions (
      customer {int} PRIMARY KEY,
      version {int} NOT NULL
    ) {churning};
    INSERT INTO meta (name, value) VALUES ('shop_stamp', '0 0 0');
    """,
    // 6
    """
    ALTER TABLE products ADD COLUMN list_price {int};
    ALTER TABLE products ADD COLUMN cost {int};
    ALTER TABLE products ADD COLUMN category TEXT;
    ALTER TABLE products ADD COLUMN parent TEXT;
    ALTER TABLE products ADD COLUMN is_available {int};
    ALTER TABLE products ADD COLUMN stock {int};
    ALTER TABLE products ADD COLUMN launched_at {int};
    ALTER TABLE products ADD COLUMN tags TEXT;
    ALTER TABLE orders ADD COLUMN pending_at {int};
    ALTER TABLE orders ADD COLUMN details TEXT;
    """,
    // 7
    """
    ALTER TABLE suppressions ADD COLUMN source TEXT NOT NULL DEFAULT 'reprise';
    ALTER TABLE orders ADD COLUMN told_at {int};
    ALTER TABLE products ADD COLUMN told_at {int};
    CREATE TABLE source_files (
      source TEXT NOT NULL,
      file TEXT NOT NULL,
      size {int} NOT NULL,
      modified TEXT NOT NULL,
      etag TEXT,
      reading TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      outcome TEXT NOT NULL,
      imported {int} NOT NULL,
      rejected {int} NOT NULL,
      problem TEXT,
      at {int} NOT NULL,
      PRIMARY KEY (source, file)
    ) {clustered};
    ALTER TABLE messages ADD COLUMN source TEXT;
    """,
    // 8
    """
    ALTER TABLE orders ADD COLUMN refund_told {int};
    ALTER TABLE customers ADD COLUMN joined_into {int};
    ALTER TABLE customers ADD COLUMN names TEXT;
    ALTER TABLE customers ADD COLUMN seen_at {int};
    CREATE INDEX customers_joined ON customers (joined_into) WHERE joined_into IS NOT NULL;
    CREATE INDEX customers_seen ON customers (seen_at) WHERE seen_at IS NOT NULL;
    CREATE TABLE segments (
      key {key},
      id TEXT NOT NULL UNIQUE,
      hash TEXT NOT NULL,
      enabled_at {int} NOT NULL,
      removed_at {int},
      pass_after {int}
    ) {strict};
    CREATE TABLE memberships (
      customer {int} NOT NULL,
      segment {int} NOT NULL,
      is_member {int} NOT NULL,
      since {int},
      reason TEXT,
      lapsed_at {int},
      next_change {int},
      is_stale {int} NOT NULL DEFAULT 0,
      PRIMARY KEY (customer, segment)
    ) {churning};
    CREATE INDEX memberships_due ON memberships (next_change) WHERE next_change IS NOT NULL;
    CREATE INDEX memberships_segment ON memberships (segment, customer) WHERE is_member = 1;
    CREATE TABLE membership_changes (
      key {key},
      customer {int} NOT NULL,
      segment {int} NOT NULL,
      kind TEXT NOT NULL,
      reason TEXT NOT NULL,
      at {int} NOT NULL
    ) {strict};
    CREATE INDEX membership_changes_customer ON membership_changes (customer);
    CREATE INDEX membership_changes_segment ON membership_changes (segment, at);
    CREATE INDEX membership_changes_at ON membership_changes (at);
    CREATE TABLE tallies (
      customer {int} NOT NULL,
      tally TEXT NOT NULL,
      entries {bytes} NOT NULL,
      PRIMARY KEY (customer, tally)
    ) {churning};
    CREATE TABLE segment_sizes (
      segment {int} NOT NULL,
      day {int} NOT NULL,
      size {int} NOT NULL,
      PRIMARY KEY (segment, day)
    ) {clustered};
    """,
  ]
}
