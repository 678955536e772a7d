extension Schema {
  /// One step of the schema, in independent parts.
  static let version8 = [refundsTold].joined(separator: "\n")

  /// The refunded total reported for the order as a whole, as by a file; NULL if none. `refunded` is the sum of the
  /// single refunds.
  private static let refundsTold = """
    ALTER TABLE orders ADD COLUMN refund_told {int};
    """
}
