internal import Decisioning
internal import Delivery
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  /// What the store knows; the daemon adds its own part.
  func status(_ request: StatusRequest) async throws -> StatusAnswer {
    let shop = shop.current
    let zone = shop.program.brand.zone
    let now = now()
    let today = zone.startOfDay(of: zone.civilDate(at: now))
    let (status, messages, triggers) = try await store.read {
      (try $0.status(today: today), try $0.messageStates(since: today), try $0.triggers())
    }
    let (setAside, unplanned, elsewhere) = try await store.read {
      (try $0.quarantineCounts(), try $0.unplannedCount(), try $0.sentElsewhereCount(since: today))
    }
    let evaluation = try await store.read { tx -> Evaluation? in
      let open = try tx.segments().values.filter { $0.removedAt == nil }.compactMap(\.passAfter)
      return try open.min().map {
        Evaluation(
          done: try tx.customerCount(upTo: $0), customers: try tx.customerCount(upTo: CustomerKey(.max)))
      }
    }
    var quarantined = ByName<Int>()
    for kind in WorkKind.setAside { quarantined.append(kind.rawValue, setAside[kind] ?? 0) }
    return StatusAnswer(
      store: store.location.description, customers: status.customers,
      visitors: status.visitors > 0 ? status.visitors : nil, enrollments: status.activeEnrollments,
      nextDueAt: status.nextDueAt.map { OffsetTime($0, in: zone) },
      oldestLeaseAt: status.firstLeaseUntil.map { OffsetTime($0 - Dispatcher.lease, in: zone) },
      queues: Self.queues(status.queues, shop.program), unplanned: unplanned, clock: clockDoubt,
      quarantined: quarantined,
      triggers: shop.program.triggers.keys.sorted().map { id in
        let record = triggers[id]
        let today = status.today[id] ?? [:]
        let states = messages[id] ?? [:]
        // Cancelled messages are counted as skipped.
        let ended = states.filter { $0.key.isFinal && $0.key != .cancelled }.values.reduce(0, +)
        let sent = states[.sent] ?? 0
        return StatusAnswer.Trigger(
          trigger: id, isPaused: record?.pausedAt != nil, isPlanning: record?.replanAfter != nil,
          nextDueAt: status.nextDueByTrigger[id].map { OffsetTime($0, in: zone) }, sentToday: sent,
          failedToday: ended - sent, skippedToday: today[.skip] ?? 0, withheldToday: today[.withhold] ?? 0)
      }, sentElsewhereToday: elsewhere > 0 ? elsewhere : nil, evaluation: evaluation)
  }

  private static func queues(
    _ counts: [ChannelName: [MessageState: Int]], _ program: Program
  ) -> ByName<QueueCounts> {
    var queues = ByName<QueueCounts>()
    for channel in program.channels.keys.sorted() {
      queues.append(channel.rawValue, QueueCounts(counts[channel] ?? [:]))
    }
    // Channels removed from the file: undelivered messages are decided again; those that may have been
    // delivered stay.
    for (channel, counts) in counts.sorted(by: { $0.key < $1.key }) where program.channels[channel] == nil {
      queues.append("\(channel) (removed)", QueueCounts(counts))
    }
    return queues
  }

  /// How far the machine's clock seems to be off; `nil` while it is trusted.
  var clockDoubt: ClockDoubt? {
    clock?.doubt.map {
      ClockDoubt(
        offBySeconds: $0.difference.components.seconds, doubtedForSeconds: $0.left.components.seconds)
    }
  }

  func messages(_ request: MessagesRequest) async throws -> MessagesAnswer {
    let zone = shop.current.program.brand.zone
    let (messages, customers) = try await store.read { tx in
      let messages = try tx.messages(in: request.state, limit: 1000)
      return (messages, try tx.customerIDs(of: messages.map(\.customer)))
    }
    return MessagesAnswer(
      messages: messages.map { message in
        MessagesAnswer.Message(
          uid: message.uid, trigger: message.trigger, step: message.step,
          customer: customers[message.customer], channel: message.channel,
          createdAt: OffsetTime(message.createdAt, in: zone), attempt: message.attempt, code: message.code)
      })
  }
}
