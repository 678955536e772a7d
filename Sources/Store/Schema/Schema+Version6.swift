extension Schema {
  /// Details of products and orders beyond names and prices.
  static let version6 = """
    ALTER TABLE products ADD COLUMN list_price {int};
    ALTER TABLE products ADD COLUMN cost {int};
    ALTER TABLE products ADD COLUMN category TEXT;
    ALTER TABLE products ADD COLUMN parent TEXT;
    -- 1 or 0; NULL when the shop does not say.
    ALTER TABLE products ADD COLUMN is_available {int};
    ALTER TABLE products ADD COLUMN stock {int};
    ALTER TABLE products ADD COLUMN launched_at {int};
    -- NULL for none.
    ALTER TABLE products ADD COLUMN tags TEXT;
    ALTER TABLE orders ADD COLUMN pending_at {int};
    -- Discount, shipping, store and coupons; NULL for an order that says nothing of them.
    ALTER TABLE orders ADD COLUMN details TEXT;
    """
}
