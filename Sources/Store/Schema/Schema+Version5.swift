extension Schema {
  /// Versions of customers and of the shop's rules, by which a daemon recognises a stale snapshot.
  static let version5 = """
    -- A customer without a row has version 0. The row outlives a forgotten customer; it holds two numbers and no name.
    CREATE TABLE customer_versions (
      customer {int} PRIMARY KEY,
      version {int} NOT NULL
    ) {churning};
    INSERT INTO meta (name, value) VALUES ('shop_stamp', '0 0 0');
    """
}
