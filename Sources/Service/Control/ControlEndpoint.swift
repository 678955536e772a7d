package import Platform

/// What the daemon answers on its control socket: the operations, and what only a running daemon can do.
///
/// A request is a JSON object with a `command`, its answer one object. Requests are not written to the log, because
/// they may name customers; the operations log what they change.
package struct ControlEndpoint: Sendable {
  /// Answers one request with one object; `{"error": TEXT, "exit": CODE}` when it cannot.
  package typealias Handler = @Sendable (JSON) async -> JSON

  private let operations: Operations
  private let handlers: [ExactText: Handler]
  private let live: @Sendable () async -> JSONObject

  /// - Parameters:
  ///   - handlers: by command; they go before the operations of the same name.
  ///   - live: what the daemon adds to `status`. `status` prints these, where they are given:
  ///     `daemon` `{pid, since, under_way}`, `reload` `{at, error, restart_needed}` (`error` null when it worked,
  ///     `restart_needed` the keys that wait for a restart), `store_failure` (text), and `channels` by name
  ///     `{state, under_way, window}`, where `state` is one of `closed`, `half_open`, `open`, `stopped`. Times are
  ///     ISO 8601 in the shop's zone.
  package init(
    _ operations: Operations, handlers: [ExactText: Handler] = [:],
    live: @escaping @Sendable () async -> JSONObject = { JSONObject() }
  ) {
    self.operations = operations
    self.handlers = handlers
    self.live = live
  }

  package func answer(_ request: JSON) async -> JSON {
    let command = request["command"]?.stringValue
    if let command, let handler = handlers[command] { return await handler(request) }
    let answer = await operations.perform(request)
    guard command == "status", case .object(var status) = answer, status["error"] == nil else {
      return answer
    }
    for member in await live() { status[member.key] = member.value }
    return .object(status)
  }

  /// The same for `ControlServer`.
  package func answer(_ request: JSON, _ reply: ControlReply) async { await reply.send(answer(request)) }
}
