/// The answer to a request that failed.
package struct FailureAnswer: JSONRecord {
  /// Why, and what to do about it.
  package var error: String
  /// The exit code for the command, as in sysexits(3).
  package var exitCode: Int32

  package init(error: String, exitCode: Int32) {
    self.error = error
    self.exitCode = exitCode
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    FailureAnswer(error: try field("error", \.error), exitCode: try field("exit", \.exitCode))
  }
}
