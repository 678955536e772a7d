/// The answer to a request that could not be done.
package struct FailureAnswer: JSONRecord {
  /// Why, and what to do about it.
  package var error: String
  /// The exit code that goes with it, after sysexits(3).
  package var exitCode: Int32

  package init(error: String, exitCode: Int32) {
    self.error = error
    self.exitCode = exitCode
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    FailureAnswer(error: try field("error", \.error), exitCode: try field("exit", \.exitCode))
  }
}
