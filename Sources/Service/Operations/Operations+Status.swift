internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store

extension Operations {
  /// What the store knows; the daemon adds its own part.
  func status() async throws -> JSON {
    let shop = shop.current
    let zone = shop.program.brand.zone
    let now = now()
    let today = zone.startOfDay(of: zone.civilDate(at: now))
    let (status, messages, triggers) = try await store.read {
      (try $0.status(today: today), try $0.messageStates(since: today), try $0.triggers())
    }
    let (setAside, unplanned) = try await store.read {
      (try $0.quarantineCounts(), try $0.unplannedCount())
    }
    var queues = JSONObject()
    for channel in shop.program.channels.keys.sorted() {
      queues[channel.rawValue] = .object(Self.counts(status.queues[channel] ?? [:]))
    }
    // Rows of a channel that is not configured any more stay, and are shown as held.
    for (channel, counts) in status.queues.sorted(by: { $0.key < $1.key })
    where shop.program.channels[channel] == nil {
      queues["\(channel) (held: channel missing)"] = .object(Self.counts(counts))
    }
    return [
      "store": .string(store.location.description),
      "customers": .integer(Int64(status.customers)),
      "enrollments": .integer(Int64(status.activeEnrollments)),
      "next_due_at": status.nextDueAt.map { .string($0.iso8601(in: zone)) } ?? .null,
      "oldest_lease_at": status.firstLeaseUntil.map {
        .string(($0 - Dispatcher.lease).iso8601(in: zone))
      } ?? .null,
      "queues": .object(queues),
      "unplanned": .integer(Int64(unplanned)),
      "clock": clockJSON,
      "quarantined": .object(
        JSONObject(
          members: WorkKind.setAside.map {
            .init(key: $0.rawValue, value: .integer(Int64(setAside[$0] ?? 0)))
          })),
      "triggers": .array(
        shop.program.triggers.keys.sorted().map { id in
          let record = triggers[id]
          let today = status.today[id] ?? [:]
          let states = messages[id] ?? [:]
          // Cancelled ones are among those skipped.
          let ended = states.filter { $0.key.isFinal && $0.key != .cancelled }.values.reduce(0, +)
          let sent = states[.sent] ?? 0
          return [
            "trigger": .string(id.rawValue), "paused": .bool(record?.pausedAt != nil),
            "planning": .bool(record?.replanAfter != nil),
            "next_due_at": status.nextDueByTrigger[id].map { .string($0.iso8601(in: zone)) } ?? .null,
            "sent_today": .integer(Int64(sent)), "failed_today": .integer(Int64(ended - sent)),
            "skipped_today": .integer(Int64(today[.skip] ?? 0)),
            "withheld_today": .integer(Int64(today[.withhold] ?? 0)),
          ]
        }),
    ]
  }

  /// What the machine's clock is doubted for; `null` while it is believed.
  var clockJSON: JSON {
    guard let doubt = clock?.doubt else { return .null }
    return [
      "off_by_seconds": .integer(doubt.difference.components.seconds),
      "doubted_for_seconds": .integer(doubt.left.components.seconds),
    ]
  }

  private static func counts(_ counts: [MessageState: Int]) -> JSONObject {
    var object = JSONObject()
    for state in MessageState.allCases where !state.isFinal {
      object[state.rawValue] = .integer(Int64(counts[state] ?? 0))
    }
    return object
  }

  func messages(_ request: JSON) async throws -> JSON {
    let word = try text("state", of: request)
    guard let state = MessageState(word: word) else {
      throw OperationError.unknownWord(
        word, of: "state of a message", choices: MessageState.allCases.map(\.rawValue))
    }
    let zone = shop.current.program.brand.zone
    let (messages, customers) = try await store.read { tx in
      let messages = try tx.messages(in: state, limit: 1000)
      return (messages, try tx.customerIDs(of: messages.map(\.customer)))
    }
    return [
      "messages": .array(
        messages.map { message in
          [
            "uid": .string(message.uid), "trigger": .string(message.trigger.rawValue),
            "step": .string(message.step.rawValue),
            "customer": customers[message.customer].map { .string($0) } ?? .null,
            "channel": .string(message.channel.rawValue),
            "created_at": .string(message.createdAt.iso8601(in: zone)),
            "attempt": .integer(Int64(message.attempt)), "code": message.code.map { .string($0) } ?? .null,
          ]
        })
    ]
  }
}
