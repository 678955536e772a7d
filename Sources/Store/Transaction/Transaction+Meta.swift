internal import Platform

/// The table `meta`: the store's own settings, texts by name.
extension Transaction {
  /// The value for a name, such as the salt of the holdout; the first caller sets it.
  package func meta(_ name: String, orSet make: () -> String) throws -> String {
    if let value = try storedMeta(name) { return value }
    let value = make()
    try connection.run(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
      [.text(name), .text(value)])
    return value
  }

  /// Writes one small meaningless row, so that the transaction must be synced.
  package func touch() throws { try setMeta("write_probe", "1") }

  func setMeta(_ name: String, _ value: String) throws {
    try connection.run(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [.text(name), .text(value)])
  }

  func storedMeta(_ name: String) throws -> String? {
    try connection.first("SELECT value FROM meta WHERE name = ?1", [.text(name)]) { $0.string(0) }
  }
}
