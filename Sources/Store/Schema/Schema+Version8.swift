extension Schema {
  /// One step of the schema, in independent parts.
  static let version8 = [refundsTold, names].joined(separator: "\n")

  /// The refunded total reported for the order as a whole, as by a file; NULL if none. `refunded` is the sum of the
  /// single refunds.
  private static let refundsTold = """
    ALTER TABLE orders ADD COLUMN refund_told {int};
    """

  /// Customers who are known under several ids, and visitors.
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
}
