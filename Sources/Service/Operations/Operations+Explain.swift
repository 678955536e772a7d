internal import Decisioning
internal import Domain
internal import Platform
internal import Store

extension Operations {
  func explain(_ request: JSON) async throws -> JSON {
    let id = try text("customer", of: request)
    let only = request["trigger"]?.stringValue.map { TriggerID($0) }
    let shop = shop.current
    if let only, shop.program.triggers[only] == nil, shop.triggers[only] == nil {
      throw OperationError.unknownTrigger(only.rawValue, known: shop.program.triggers.keys.map(\.rawValue))
    }
    let now = now()
    let customer = try await customer(id)
    let (facts, messages, setAside) = try await store.read { tx in
      (
        try ExplanationFacts.load(tx, customer, shop, now), try tx.messages(of: customer.key),
        try tx.quarantine(of: customer.id)
      )
    }
    let explanation = quarantine.box.work(on: .command) {
      Explainer.explain(facts, program: shop.program, now: now, only: only)
    }
    let answer = explanation.json(messages: messages, zone: shop.program.zone(of: customer))
    guard case .object(var object) = answer else { return answer }
    if clock?.isDoubted == true { object["clock"] = clockJSON }
    if !setAside.isEmpty { object["quarantine"] = .array(setAside.map(json)) }
    return .object(object)
  }
}

extension ExplanationFacts {
  static func load(
    _ tx: Transaction, _ customer: Customer, _ shop: Shop, _ now: Instant
  ) throws -> ExplanationFacts {
    let program = shop.program
    let parts = StateParts(orders: true, carts: true, enrollments: true, eventNames: program.plannedEvents)
    let state = try tx.states(of: [customer], parts: parts)[customer.key] ?? CustomerState(customer: customer)
    let begun =
      state.enrollments.map {
        Facts(enrollment: $0, state: state, catalog: shop.catalog).unlessSince(program)
      }
      .min() ?? now
    return ExplanationFacts(
      state: state, catalog: shop.catalog, decisions: try tx.decisions(of: customer.key),
      enabledAt: shop.triggers.mapValues(\.enabledAt),
      paused: Set(shop.triggers.values.filter { $0.pausedAt != nil }.map(\.id)),
      suppressed: try tx.suppressions(of: [customer], for: program)[customer.key] ?? [:],
      capEntries: try tx.capEntries(of: [customer.key], for: program, now: now)[customer.key] ?? [],
      eventsSince: try tx.events(
        after: [(customer.key, begun)], names: program.exitEvents)[customer.key] ?? [],
      messages: try tx.stepMessages(of: state.enrollments.filter { $0.state == .active }, for: program))
  }
}

extension Explanation {
  /// As `explain --json` prints it; instants in ISO 8601 in the customer's zone.
  func json(messages: [MessageRecord], zone: TimeZoneRules) -> JSON {
    func time(_ instant: Instant) -> JSON { .string(instant.iso8601(in: zone)) }
    func value(_ seen: Value) -> JSON {
      switch seen {
      case .null: .null
      case .bool(let value): .bool(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .instant(let instant): time(instant)
      case .string, .money: .string(seen.plainText)
      case .array(let values): .array(values.map(value))
      case .object(let record):
        .object(JSONObject(members: record.entries.map { .init(key: $0.name, value: value($0.value)) }))
      }
    }
    func entry(_ entry: TraceEntry) -> JSON {
      var object: JSONObject = ["gate": .string(entry.gate.rawValue), "passed": .bool(entry.passed)]
      if let channel = entry.channel { object["channel"] = .string(channel.rawValue) }
      if !entry.values.isEmpty { object["values"] = value(.object(entry.values)) }
      return .object(object)
    }
    func decision(_ decision: StoredDecision) -> JSON {
      var object: JSONObject = [
        "step": .string(decision.step.rawValue), "at": time(decision.at),
        "verdict": .string(decision.verdict.rawValue),
      ]
      if let gate = decision.gate { object["gate"] = .string(gate.rawValue) }
      if let channel = decision.channel { object["channel"] = .string(channel.rawValue) }
      if let until = decision.until { object["until"] = time(until) }
      object["trace"] = .array(decision.trace.map(entry))
      // One step may have several, each on its channel, where the address of the one before was bad.
      let ofStep = messages.filter {
        $0.enrollment == decision.enrollment && $0.step == decision.step && $0.channel == decision.channel
      }
      let message = ofStep.first { $0.createdAt == decision.at } ?? ofStep.first
      if decision.verdict == .send, let message {
        var sent: JSONObject = ["uid": .string(message.uid), "state": .string(message.state.rawValue)]
        if message.maybeDelivered, message.state != .sent { sent["maybe_delivered"] = true }
        if message.state == .waiting { sent["due_at"] = time(message.dueAt) }
        if message.state == .sent, message.outcome != .accepted { sent["assumed"] = true }
        if let subject = message.subject { sent["subject"] = .string(subject) }
        if let code = message.code { sent["code"] = .string(code) }
        object["message"] = .object(sent)
      }
      return .object(object)
    }
    func enrollment(_ explained: EnrollmentExplanation) -> JSON {
      let enrollment = explained.enrollment
      var object: JSONObject = [
        "occurrence": .string(enrollment.occurrence), "about": .string(enrollment.aboutText),
        "state": .string(enrollment.state.rawValue), "fires_at": time(enrollment.firesAt),
      ]
      if let reason = enrollment.endReason { object["end_reason"] = .string(reason.rawValue) }
      if let due = enrollment.nextDueAt { object["next_due_at"] = time(due) }
      object["decisions"] = .array(explained.decisions.map(decision))
      object["next"] = .array(
        explained.forecast.map { next in
          var object: JSONObject = [
            "step": .string(next.step.rawValue), "at": time(next.at),
            "verdict": .string(next.verdict.rawValue),
          ]
          if let channel = next.channel { object["channel"] = .string(channel.rawValue) }
          if let follows = next.follows {
            object["follows"] = [
              "step": .string(follows.step.rawValue),
              "distance": .string(DurationText.text(follows.distance)),
            ]
          }
          if let held = next.heldBy { object["held_by"] = entry(held) }
          return .object(object)
        })
      object["late_orders"] = .array(
        explained.lateOrders.map { late in
          [
            "order": .string(late.orderID), "placed_at": time(late.placedAt), "known_at": time(late.knownAt),
            "step": .string(late.step.rawValue), "message_at": time(late.messageAt),
          ]
        })
      return .object(object)
    }
    return [
      "customer": .string(customerID), "at": time(at), "zone": .string(zone.name),
      "triggers": .array(
        triggers.map { trigger in
          var object: JSONObject = [
            "trigger": .string(trigger.trigger.rawValue), "paused": .bool(trigger.isPaused),
            "enrollments": .array(trigger.enrollments.map(enrollment)),
          ]
          if let absence = trigger.absence { object["nothing_comes"] = absence.json(time: time) }
          return .object(object)
        }),
    ]
  }
}

extension Absence {
  fileprivate func json(time: (Instant) -> JSON) -> JSON {
    switch self {
    case .noOccasion(let lack):
      ["because": "no_occasion", "lacks": lack.map { .string($0.rawValue) } ?? .null]
    case .qualifiedEarlier(let firedAt, let enabledAt):
      ["because": "qualified_earlier", "fired_at": time(firedAt), "enabled_at": time(enabledAt)]
    case .reentry(let enrolledAt, let until):
      ["because": "reentry", "enrolled_at": time(enrolledAt), "until": time(until)]
    case .expired(let firedAt): ["because": "expired", "fired_at": time(firedAt)]
    case .unplanned(let firesAt): ["because": "unplanned", "fires_at": time(firesAt)]
    case .completed(let occurrence): ["because": "completed", "occurrence": .string(occurrence)]
    case .ended(let occurrence, let reason):
      ["because": "ended", "occurrence": .string(occurrence), "end_reason": .string(reason.rawValue)]
    }
  }
}
