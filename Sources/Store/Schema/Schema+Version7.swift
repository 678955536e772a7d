extension Schema {
  /// One step of the schema, in parts that have nothing to do with each other.
  static let version7 = [sources, timesOfReports].joined(separator: "\n")

  /// Where a suppression comes from: this program, or the system from which it was moved in.
  private static let sources = """
    ALTER TABLE suppressions ADD COLUMN source TEXT NOT NULL DEFAULT 'reprise';
    """

  /// As of when shops tell of orders and products; NULL when they do not say.
  private static let timesOfReports = """
    ALTER TABLE orders ADD COLUMN told_at {int};
    ALTER TABLE products ADD COLUMN told_at {int};
    """
}
