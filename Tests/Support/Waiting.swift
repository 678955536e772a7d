import Platform

/// What did not come in time, with what helps to see why.
package struct NotInTime: Error, CustomStringConvertible {
  package let what: String
  package let limit: Duration
  package let context: String

  package var description: String { "after \(limit) still no \(what)\n\(context)" }
}

/// Asks again and again until the answer is not nil.
///
/// - Parameter context: told when it never was.
package func eventually<Result: Sendable>(
  _ what: String, within limit: Duration = .seconds(30), context: () -> String = { "" },
  _ condition: () async throws -> Result?
) async throws -> Result {
  let deadline = SystemTime.monotonic() + limit
  var pause = Duration.milliseconds(1)
  while true {
    if let result = try await condition() { return result }
    guard SystemTime.monotonic() < deadline else {
      throw NotInTime(what: what, limit: limit, context: context())
    }
    try await Task.sleep(for: pause)
    pause = min(pause * 1.5, .milliseconds(20))
  }
}

/// The same for what is true or not yet.
package func eventually(
  _ what: String, within limit: Duration = .seconds(30), context: () -> String = { "" },
  isTrue condition: () async throws -> Bool
) async throws {
  try await eventually(what, within: limit, context: context) { try await condition() ? () : nil }
}
