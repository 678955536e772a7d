extension Schema {
  /// One step of the schema, in independent parts.
  static let version7 = [sources, timesOfReports].joined(separator: "\n")

  /// The origin of a suppression: this program, or the system it was moved from.
  private static let sources = """
    ALTER TABLE suppressions ADD COLUMN source TEXT NOT NULL DEFAULT 'reprise';
    """

  /// The time as of which shops reported orders and products; NULL if they did not say.
  private static let timesOfReports = """
    ALTER TABLE orders ADD COLUMN told_at {int};
    ALTER TABLE products ADD COLUMN told_at {int};
    """
}
