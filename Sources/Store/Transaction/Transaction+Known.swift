internal import Domain
internal import Platform

extension Transaction {
  /// How many of these ids are those of stored customers.
  package func knownCustomers(_ ids: [String]) throws -> Int {
    try known("SELECT 1 FROM customers WHERE id = ?1", ids.map { [$0] })
  }

  /// How many orders of a sheet are stored, paid for or not.
  package func knownOrders(_ orders: OrderSheet) throws -> Int {
    try known(
      "SELECT 1 FROM orders WHERE customer = (SELECT COALESCE(joined_into, key) FROM customers WHERE id = ?1) AND id = ?2",
      (0..<orders.count).map { [orders[$0].customerID, orders[$0].order.id] })
  }

  /// How many of these message ids are those of stored events.
  package func knownEvents(_ messageIDs: [String]) throws -> Int {
    try known("SELECT 1 FROM events WHERE message_id = ?1", messageIDs.map { [$0] })
  }

  /// - Parameter keys: the values for each execution.
  private func known(_ statement: SQLText, _ keys: [[String]]) throws -> Int {
    var count = 0
    try connection.queryBatch(
      statement, count: keys.count, bind: { for text in keys[$0] { try $1.bind(text) } }
    ) { _, _ in count += 1 }
    return count
  }
}
