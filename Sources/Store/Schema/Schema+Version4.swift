extension Schema {
  /// When an address's owner last granted consent explicitly: an unsubscribe from before that has no effect, even if
  /// it arrives later.
  static let version4 = """
    CREATE TABLE grants (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address)
    ) {clustered};
    """
}
