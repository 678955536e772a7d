extension Schema {
  /// One step of the schema, in independent parts.
  static let version3 = [handoffs, deliveryParts, cartsAndRefunds, quarantine].joined(separator: "\n")

  /// The last handoff of each message, from which later steps keep their distance. For older messages the first
  /// handoff is the best that is known.
  private static let handoffs = """
    ALTER TABLE messages ADD COLUMN last_handoff_at {int};
    """

  /// The part of the migration to version 3 that SQL cannot express: addresses are compared in a new form.
  static func completeVersion3(_ tx: Transaction) throws {
    try tx.refoldSuppressions()
    try tx.refoldPhones()
  }

  /// Distinguishes a refused message from a refused channel, across restarts and daemons.
  private static let deliveryParts = """
    -- When an attempt of it last failed for a reason that may be the channel's.
    ALTER TABLE messages ADD COLUMN faulted_at {int};
    CREATE TABLE channels (
      name TEXT PRIMARY KEY,
      -- When a message last failed for such a reason.
      faulted_at {int} NOT NULL,
      -- When the first message after that was begun which was taken; before that: none was yet.
      passed_at {int} NOT NULL
    ) {clustered};
    """

  /// Carts with a bounded history: a row without a base is older, and is shortened at its next change. Orders with the
  /// returned lines; NULL for none.
  private static let cartsAndRefunds = """
    ALTER TABLE carts ADD COLUMN base TEXT;
    ALTER TABLE orders ADD COLUMN returned TEXT;
    -- By name, so that the last events of one name are found whatever else their customer did.
    DROP INDEX events_customer;
    CREATE INDEX events_customer ON events (customer, name, at);
    CREATE INDEX enrollments_customer ON enrollments (customer, trigger, key);
    -- What is known of all orders of customers who have many; made anew when it is missing.
    CREATE TABLE order_books (
      customer {int} PRIMARY KEY,
      book TEXT NOT NULL
    ) {clustered};
    """

  /// Work that was in progress when the program trapped.
  private static let quarantine = """
    CREATE TABLE quarantine (
      key {key},
      kind TEXT NOT NULL,
      -- An enrollment's or message's number, a message id, a digest.
      item TEXT NOT NULL,
      -- The shop's id, as the customer need not be stored; NULL when nobody knows.
      customer TEXT,
      about TEXT NOT NULL,
      signal TEXT NOT NULL,
      -- How often it alone was in hand; 0 when it was one of several.
      crashes {int} NOT NULL,
      at {int} NOT NULL,
      -- Since when it is set aside; NULL while it is only suspected.
      since {int},
      -- When the enrollment was due.
      due_at {int},
      -- The event as it was sent.
      content TEXT,
      UNIQUE (kind, item)
    ) {strict};
    CREATE INDEX quarantine_customer ON quarantine (customer);
    """
}
