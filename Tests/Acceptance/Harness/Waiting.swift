import Platform

/// What did not come in time, with what helps to see why.
struct NotInTime: Error, CustomStringConvertible {
  let what: String
  let limit: Duration
  let context: String

  var description: String { "after \(limit) still no \(what)\n\(context)" }
}

/// Asks again and again until the answer is not nil.
///
/// - Parameter context: told when it never was.
func eventually<Result: Sendable>(
  _ what: String, within limit: Duration = .seconds(30), context: () -> String = { "" },
  _ condition: () async throws -> Result?
) async throws -> Result {
  let deadline = SystemTime.monotonic() + limit
  while true {
    if let result = try await condition() { return result }
    guard SystemTime.monotonic() < deadline else {
      throw NotInTime(what: what, limit: limit, context: context())
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// The same for what is true or not yet.
func eventually(
  _ what: String, within limit: Duration = .seconds(30), context: () -> String = { "" },
  isTrue condition: () async throws -> Bool
) async throws {
  try await eventually(what, within: limit, context: context) { try await condition() ? () : nil }
}

/// The daemon ended instead of becoming ready.
struct DaemonEnded: Error, CustomStringConvertible {
  let status: Int32
  let log: String

  var description: String { "the daemon ended with status \(status)\n\(log)" }
}
