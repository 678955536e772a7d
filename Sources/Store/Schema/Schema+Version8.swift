extension Schema {
  /// One step of the schema, in independent parts.
  static let version8 = [refundsTold, names, segments].joined(separator: "\n")

  /// The refunded total reported for the order as a whole, for example by a file; NULL if none. `refunded` is the sum
  /// of the single refunds.
  private static let refundsTold = """
    ALTER TABLE orders ADD COLUMN refund_told {int};
    """

  /// Customers who are known by several ids, and visitors.
  private static let names = """
    -- Another id of the customer with that number: a row with only an id and a number, which are never reused.
    ALTER TABLE customers ADD COLUMN joined_into {int};
    -- Of a customer with several ids: those besides `id`, and the one that was known first.
    ALTER TABLE customers ADD COLUMN names TEXT;
    -- When a visitor without an address last did something; NULL for all others.
    ALTER TABLE customers ADD COLUMN seen_at {int};
    CREATE INDEX customers_joined ON customers (joined_into) WHERE joined_into IS NOT NULL;
    CREATE INDEX customers_seen ON customers (seen_at) WHERE seen_at IS NOT NULL;
    """

  /// Segments, who is in them, and what they count.
  private static let segments = """
    CREATE TABLE segments (
      key {key},
      id TEXT NOT NULL UNIQUE,
      -- A digest of the definition.
      hash TEXT NOT NULL,
      enabled_at {int} NOT NULL,
      removed_at {int},
      -- The last customer that a changed definition was evaluated for; NULL when all are done.
      pass_after {int}
    ) {strict};

    -- A customer without a row is not in the segment, and time alone does not change that.
    CREATE TABLE memberships (
      customer {int} NOT NULL,
      segment {int} NOT NULL,
      is_member {int} NOT NULL,
      since {int},
      reason TEXT,
      lapsed_at {int},
      next_change {int},
      -- Whether something was written that the segment reads, and it was not evaluated yet.
      is_stale {int} NOT NULL DEFAULT 0,
      PRIMARY KEY (customer, segment)
    ) {churning};
    -- The due index: whatever the number of customers, a tick with nothing due reads one entry of it.
    CREATE INDEX memberships_due ON memberships (next_change) WHERE next_change IS NOT NULL;
    CREATE INDEX memberships_segment ON memberships (segment, customer) WHERE is_member = 1;

    -- Facts, only ever added to: who has entered or left what, when and why.
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

    -- The newest times, oldest first, at which a customer did what is counted.
    CREATE TABLE tallies (
      customer {int} NOT NULL,
      tally TEXT NOT NULL,
      entries {bytes} NOT NULL,
      PRIMARY KEY (customer, tally)
    ) {churning};

    -- How large segments were at the last look of each of the shop's days, by the number of the day.
    CREATE TABLE segment_sizes (
      segment {int} NOT NULL,
      day {int} NOT NULL,
      size {int} NOT NULL,
      PRIMARY KEY (segment, day)
    ) {clustered};
    """
}
