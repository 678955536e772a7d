/// The answer to `reprise version`.
package struct VersionAnswer: JSONRecord {
  package var version: String

  package init(version: String) { self.version = version }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    VersionAnswer(version: try field("version", \.version))
  }
}
