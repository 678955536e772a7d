internal import Configuration
internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// Messages that were handed over without an answer, and an operator's word on them.
extension Operations {
  private static let largestAnswer = 200_000

  /// `ambiguous`: the names of those of a `channel`, a `trigger`, handed over `since` then; each may be left out.
  func ambiguous(_ request: JSON) async throws -> JSON {
    // Of a channel or trigger that is gone from the configuration messages may be left.
    let channel = request["channel"]?.stringValue.map { ChannelName($0) }
    let trigger = request["trigger"]?.stringValue.map { TriggerID($0) }
    let since = try request["since"]?.stringValue.map { try time($0) } ?? .distantPast
    let names = try await store.read {
      try $0.ambiguousMessages(channel: channel, trigger: trigger, since: since, limit: Self.largestAnswer)
    }
    // None of a name that nobody has is no answer to what was meant.
    let program = shop.current.program
    if names.isEmpty, let trigger, program.triggers[trigger] == nil {
      throw OperationError.unknownTrigger(trigger.rawValue, known: program.triggers.keys.map(\.rawValue))
    }
    if names.isEmpty, let channel, program.channels[channel] == nil { throw unknown(channel) }
    return ["messages": .array(names.map { .string($0) })]
  }

  /// `resolve`: one `message`, or many `messages`, `as` a word of `Resolution`.
  func resolve(_ request: JSON) async throws -> JSON {
    let word = try text("as", of: request)
    guard let resolution = Resolution(word: word) else {
      throw OperationError.unknownWord(word, of: "resolution", choices: Resolution.allCases.map(\.rawValue))
    }
    let now = now()
    if let many = request["messages"]?.arrayValue?.compactMap(\.stringValue) {
      var resolved = 0
      // In parts, so that the writer is free in between.
      for start in stride(from: 0, to: many.count, by: 1000) {
        let part = many[start..<min(start + 1000, many.count)]
        resolved += try await store.write { tx in
          try part.count { try tx.resolve(uid: $0, as: resolution, now: now) }
        }
      }
      log.notice("messages_resolved", ["messages": resolved, "as": word])
      changed()
      return ["resolved": .integer(Int64(resolved)), "as": .string(word)]
    }
    let uid = try text("message", of: request)
    guard try await store.write({ try $0.resolve(uid: uid, as: resolution, now: now) }) else {
      throw OperationError.unknownMessage(uid)
    }
    log.notice("message_resolved", ["message": uid, "as": word])
    changed()
    return ["message": .string(uid), "as": .string(word)]
  }

  /// A length of time before now, or a time with its offset.
  private func time(_ text: String) throws -> Instant {
    if let length = try? DurationText.parse(text) { return now() - length }
    guard let instant = Instant(iso8601: text) else { throw OperationError.unusableTime(text) }
    return instant
  }
}
