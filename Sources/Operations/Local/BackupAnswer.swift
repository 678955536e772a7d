/// The answer to `reprise backup`.
package struct BackupAnswer: JSONRecord {
  /// The path of the copy.
  package var file: String
  package var store: String
  /// The contents of a SQLite store's copy; `nil` for a dump of a server, which is not read.
  package var contents: Contents?

  package struct Contents: Equatable, Sendable {
    package var bytes: Int64
    package var customers: Int64
    /// The schema version.
    package var schema: Int
    package var lastDecision: OffsetTime?

    package init(bytes: Int64, customers: Int64, schema: Int, lastDecision: OffsetTime?) {
      self.bytes = bytes
      self.customers = customers
      self.schema = schema
      self.lastDecision = lastDecision
    }
  }

  package init(file: String, store: String, contents: Contents? = nil) {
    self.file = file
    self.store = store
    self.contents = contents
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    var answer = BackupAnswer(file: try field("file", \.file), store: try field("store", \.store))
    guard let bytes = try field.optional("bytes", \.contents?.bytes) else { return answer }
    answer.contents = Contents(
      bytes: bytes, customers: try field.optional("customers", \.contents?.customers) ?? 0,
      schema: try field.optional("schema", \.contents?.schema) ?? 0,
      lastDecision: try field.nullable("last_decision", \.contents?.lastDecision))
    return answer
  }
}
