internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Operations
internal import Platform
internal import Store

/// Messages that were handed over without an answer, and operators' decisions about them.
extension Responder {
  private static let largestAnswer = 200_000

  func ambiguous(_ request: AmbiguousRequest) async throws -> AmbiguousAnswer {
    let since = try request.since.map { try time($0) } ?? .distantPast
    let uids = try await store.read {
      try $0.ambiguousMessages(
        channel: request.channel, trigger: request.trigger, since: since, limit: Self.largestAnswer)
    }
    // A channel or trigger that is gone from the configuration may have left messages; one that never existed
    // is a mistake of the operator.
    let program = shop.current.program
    if uids.isEmpty, let trigger = request.trigger, program.triggers[trigger] == nil {
      throw unknown(trigger)
    }
    if uids.isEmpty, let channel = request.channel, program.channels[channel] == nil {
      throw unknown(channel)
    }
    return AmbiguousAnswer(messages: uids)
  }

  func resolve(_ request: ResolveRequest) async throws -> ResolveAnswer {
    let now = now()
    let isKnown = try await store.write {
      try $0.resolve(uid: request.message, as: request.resolution, now: now)
    }
    guard isKnown else { throw OperationError.unknownMessage(request.message) }
    log.notice(
      "message_resolved", ["message": request.message, "as": request.resolution.rawValue])
    changed()
    return ResolveAnswer(message: request.message, as: request.resolution)
  }

  func resolveMany(_ request: ResolveManyRequest) async throws -> ResolveManyAnswer {
    let now = now()
    let uids = request.messages
    var resolved = 0
    // In parts, so that other writes can run in between.
    for start in stride(from: 0, to: uids.count, by: 1000) {
      let part = uids[start..<min(start + 1000, uids.count)]
      resolved += try await store.write { tx in
        try part.count { try tx.resolve(uid: $0, as: request.resolution, now: now) }
      }
    }
    log.notice("messages_resolved", ["messages": resolved, "as": request.resolution.rawValue])
    changed()
    return ResolveManyAnswer(resolved: resolved, as: request.resolution)
  }

  /// Parses an age, or a time with its offset.
  private func time(_ text: String) throws -> Instant {
    if let length = try? DurationText.parse(text) { return now() - length }
    guard let instant = Instant(iso8601: text) else { throw OperationError.unusableTime(text) }
    return instant
  }
}
