extension Schema {
  /// When the owner of an address last granted consent in so many words: an unsubscribe from before that, which becomes
  /// known later, changes nothing.
  static let version4 = """
    CREATE TABLE grants (
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      at {int} NOT NULL,
      PRIMARY KEY (channel, address)
    ) {clustered};
    """
}
