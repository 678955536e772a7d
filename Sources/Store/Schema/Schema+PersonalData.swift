internal import Domain
internal import Platform

extension Schema {
  /// One declaration per table.
  ///
  /// In the order of the exported sections. A table whose rows are found through another table comes after it:
  /// forgetting goes through the list backwards.
  package static let personalData: [PersonalData] = [
    PersonalData(
      "customers", .customer,
      .section("customer", exportCustomer)),
    PersonalData(
      "consents", .number,
      .section(
        "consents", "SELECT channel, state, at, source FROM consents WHERE customer = ?1", order: "key")
    ),
    PersonalData(
      "orders", .number,
      .section("orders", exportOrders, order: "placed_at")),
    PersonalData("order_books", .number, .within("orders"), joining: .isMadeAnew),
    PersonalData(
      "carts", .number,
      .section("carts", "SELECT id, url, base, changes FROM carts WHERE customer = ?1", order: "id"),
      joining: .isWrittenAnew),
    PersonalData(
      "events", .number,
      .section(
        "events", "SELECT message_id, name, at, properties FROM events WHERE customer = ?1", order: "at")),
    PersonalData(
      "messages", .number,
      .section(
        "messages",
        "SELECT trigger, step, channel, COALESCE(recipient, address) AS address, to_name, state, source, created_at, purpose, subject, preheader, unsubscribe_url, data, text, html FROM messages WHERE customer = ?1",
        order: "created_at"
      )),
    PersonalData("attempts", .row(of: "messages", column: "message"), .within("messages")),
    PersonalData(
      "enrollments", .number,
      .section(
        "enrollments",
        "SELECT t.id AS trigger, e.occurrence, e.state, e.end_reason, e.fires_at, e.next_due_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.customer = ?1",
        order: "e.key"
      )),
    PersonalData(
      "decisions", .row(of: "enrollments", column: "enrollment"),
      .section(
        "decisions",
        "SELECT t.id AS trigger, e.occurrence, d.step, d.at, d.verdict, d.gate, d.trace FROM decisions d JOIN enrollments e ON e.key = d.enrollment JOIN triggers t ON t.key = e.trigger WHERE e.customer = ?1",
        order: "d.key"
      )),
    PersonalData(
      "memberships", .number,
      .section(
        "segments",
        "SELECT s.id AS segment, m.is_member, m.since AS since_at, m.reason FROM memberships m JOIN segments s ON s.key = m.segment WHERE m.customer = ?1 AND m.since IS NOT NULL",
        order: "s.id"), joining: .isWrittenAnew),
    PersonalData(
      "membership_changes", .number,
      .section(
        "segment_changes",
        "SELECT s.id AS segment, c.kind, c.reason, c.at FROM membership_changes c JOIN segments s ON s.key = c.segment WHERE c.customer = ?1",
        order: "c.key")),
    // Times of the exported events and messages.
    PersonalData("tallies", .number, .within("events"), joining: .isWrittenAnew),
    PersonalData(
      "quarantine", .shopID,
      .section(
        "quarantine",
        "SELECT kind, about, at, content FROM quarantine WHERE customer = ?1", order: "key")),
    PersonalData("suppressions", .address),
    PersonalData("grants", .address),
    // Two numbers that say nothing about a person, and must not restart for a customer about whom a decision is in
    // progress.
    PersonalData("customer_versions", .keptNumber),
    // Anonymous digests; kept, so that nothing is sent twice.
    PersonalData("ledger", .nobody),
    // One bit per customer not planned for yet; a number that no longer exists is skipped.
    PersonalData("unplanned", .nobody),
    PersonalData("meta", .nobody),
    PersonalData("triggers", .nobody),
    PersonalData("segments", .nobody),
    PersonalData("segment_sizes", .nobody),
    PersonalData("products", .nobody),
    PersonalData("imports", .nobody),
    PersonalData("source_files", .nobody),
    PersonalData("channels", .nobody),
  ]

  private static let exportCustomer: String = {
    let told = Customer.Column.all.filter { $0 != .key && $0 != .fieldTimes && $0 != .names }
    return "SELECT \(SQL.list(told.names)) FROM customers WHERE key = ?1"
  }()

  private static let exportOrders: String = {
    let told = Order.Column.all.filter { $0 != .receivedAt }
    return "SELECT \(SQL.list(told.names)) FROM orders WHERE customer = ?1"
  }()
}
