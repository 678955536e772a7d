internal import Glibc

/// A failed system call: what was attempted, on what, and the kernel's reason.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was attempted, completing "cannot ...": `open '/var/lib/reprise'`.
  package var attempt: String
  /// The errno value.
  package var code: Int32

  package init(_ attempt: String, code: Int32) {
    self.attempt = attempt
    self.code = code
  }

  /// Uses the errno of the call that just failed.
  package static func last(_ attempt: String) -> SystemError { SystemError(attempt, code: errno) }

  /// Throws `ECANCELED` if the task was cancelled: called between the parts of long work, such as reading a whole file.
  package static func check(_ attempt: String) throws(SystemError) {
    if Task.isCancelled { throw SystemError(attempt, code: ECANCELED) }
  }

  package var description: String { "cannot \(attempt): \(SystemError.reason(code))" }

  /// The C library's text for an errno value.
  package static func reason(_ code: Int32) -> String {
    // Thread-safe: since 2.32 glibc keeps the text per thread.
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

/// Repeats a system call that returns -1 while a signal interrupts it.
func retryingInterrupts<Result: FixedWidthInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result == -1, errno == EINTR { continue }
    return result
  }
}
