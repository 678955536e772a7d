extension Schema {
  /// When an address's owner last granted consent explicitly: an unsubscribe from before that, which arrives
  /// later, has no effect.
  static let version4 = """
    CREATE TABLE grants (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address)
    ) {clustered};
    """
}
