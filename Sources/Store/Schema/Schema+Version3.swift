extension Schema {
  /// One step of the schema, in parts that have nothing to do with each other.
  static let version3 = [handoffs].joined(separator: "\n")

  /// When a message was handed over last: how far the steps after it keep from it. Of older messages the first handoff
  /// tells as much as is known.
  private static let handoffs = """
    ALTER TABLE messages ADD COLUMN last_handoff_at {int};
    """

  /// What SQL cannot say of the step to version 3: addresses are compared by another form since.
  static func completeVersion3(_ tx: Transaction) throws {
    try tx.refoldSuppressions()
    try tx.refoldPhones()
  }
}
