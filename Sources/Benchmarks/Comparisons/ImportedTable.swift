internal import Platform

/// The table filled by `sqlite3 .import`: the file's columns, with the key and indexes of our table of
/// orders.
enum ImportedTable {
  /// The columns of the file of orders, in order, with our corresponding columns, if any.
  private static let columns: [(name: String, type: String, ours: String?)] = [
    ("order_id", "TEXT", "id"), ("customer_id", "TEXT", "customer"), ("placed_at", "TEXT", "placed_at"),
    ("sku", "TEXT", nil), ("name", "TEXT", nil), ("quantity", "INTEGER", nil), ("price", "INTEGER", nil),
    ("total", "INTEGER", "total"), ("currency", "TEXT", "currency"),
  ]

  static let header = columns.map(\.name).joined(separator: ",")

  /// The input for `sqlite3`.
  ///
  /// - Parameter database: one of ours, whose indexes are copied.
  static func script(importing file: String, like database: String) throws -> String {
    let connection = try SQLiteConnection(path: database, mode: .reader)
    defer { connection.close() }
    var indexes: [(isKey: Bool, isUnique: Bool, columns: [String])] = []
    try connection.query(
      """
      SELECT l.seq, l.origin, l."unique", i.seqno, i.name
      FROM pragma_index_list('orders') l JOIN pragma_index_info(l.name) i ORDER BY l.seq, i.seqno
      """
    ) { row in
      let ours = row.string(4)
      guard let column = columns.first(where: { $0.ours == ours }) else {
        throw BenchmarkError("our orders have an index of '\(ours)', which the file does not hold")
      }
      if row.int64(3) == 0 { indexes.append((row.string(1) == "pk", row.bool(2), [])) }
      indexes[indexes.count - 1].columns.append(column.name)
    }
    guard let key = indexes.first(where: \.isKey) else { throw BenchmarkError("our orders have no key") }
    var lines = columns.map { "\($0.name) \($0.type) NOT NULL" }
    lines.append("PRIMARY KEY (\(key.columns.joined(separator: ", ")))")
    var script = "CREATE TABLE orders (\(lines.joined(separator: ", "))) WITHOUT ROWID;\n"
    for (number, index) in indexes.enumerated() where !index.isKey {
      let kind = index.isUnique ? "UNIQUE INDEX" : "INDEX"
      script += "CREATE \(kind) orders_\(number) ON orders (\(index.columns.joined(separator: ", ")));\n"
    }
    return script + ".mode csv\n.import --skip 1 '\(file)' orders\n"
  }
}
