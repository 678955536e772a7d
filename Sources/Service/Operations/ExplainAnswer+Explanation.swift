internal import Decisioning
internal import Delivery
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension ExplainAnswer {
  /// - Parameters:
  ///   - names: the customer's other ids.
  ///   - messages: the customer's messages in the outbox.
  ///   - zone: the customer's time zone.
  init(
    _ explanation: Explanation, names: [String], messages: [MessageRecord], zone: TimeZoneRules,
    clock: ClockDoubt?, quarantine: [QuarantineItem], leftOutDecisions: Int, leftOutMessages: Int,
    audience: AudienceExplanation?
  ) {
    let writer = AnswerWriter(zone: zone, messages: messages)
    self.init(
      customer: explanation.customerID, names: names, at: writer.time(explanation.at), zone: zone.name,
      triggers: explanation.triggers.map(writer.trigger), clock: clock, quarantine: quarantine,
      leftOutDecisions: leftOutDecisions, leftOutMessages: leftOutMessages,
      elsewhere: writer.elsewhere(of: 0),
      segments: audience?.segments.map(writer.segment) ?? [],
      measures: audience?.measures.map(writer.measure) ?? [])
  }
}

/// Converts the parts of an explanation for its answer.
private struct AnswerWriter {
  /// The customer's time zone.
  let zone: TimeZoneRules
  /// The customer's messages in the outbox.
  let messages: [MessageRecord]

  func time(_ instant: Instant) -> OffsetTime { OffsetTime(instant, in: zone) }

  func trigger(_ trigger: TriggerExplanation) -> ExplainAnswer.Trigger {
    ExplainAnswer.Trigger(
      trigger: trigger.trigger, isPaused: trigger.isPaused,
      enrollments: trigger.enrollments.map(enrollment),
      nothingComes: trigger.absence.map {
        var absence = absence($0)
        absence.refused = trigger.refusal.map(refused)
        return absence
      })
  }

  func segment(_ segment: AudienceExplanation.Segment) -> ExplainAnswer.Segment {
    let membership = segment.membership
    return ExplainAnswer.Segment(
      segment: segment.id, isMember: membership.isMember, since: membership.since.map(time),
      reason: membership.reason, lapsedAt: membership.lapsedAt.map(time),
      nextChange: membership.nextChange.map(time),
      conditions: segment.conditions.map {
        ExplainAnswer.Condition(condition: $0.text, holds: $0.holds, found: $0.found)
      })
  }

  func measure(_ measure: AudienceExplanation.Measure) -> ExplainAnswer.Measure {
    ExplainAnswer.Measure(
      name: measure.name, value: measure.value.shortText, nextChange: measure.nextChange.map(time))
  }

  private func enrollment(_ explained: EnrollmentExplanation) -> ExplainAnswer.Enrollment {
    let enrollment = explained.enrollment
    return ExplainAnswer.Enrollment(
      occurrence: enrollment.occurrence, about: about(explained), state: enrollment.state,
      firesAt: time(enrollment.firesAt), endReason: enrollment.endReason,
      nextDueAt: enrollment.nextDueAt.map(time), decisions: explained.decisions.map(decision),
      next: explained.forecast.map(forecast),
      lateOrders: explained.lateOrders.map {
        ExplainAnswer.LateOrder(
          order: $0.orderID, placedAt: time($0.placedAt), knownAt: time($0.knownAt), step: $0.step,
          messageAt: time($0.messageAt))
      }, elsewhere: elsewhere(of: enrollment.key))
  }

  /// The messages of other systems that belong to an enrollment; for 0, those that belong to none.
  func elsewhere(of enrollment: Int64) -> [ExplainAnswer.Elsewhere] {
    messages.filter { $0.enrollment == enrollment }.compactMap { message in
      guard let source = message.source else { return nil }
      return ExplainAnswer.Elsewhere(
        step: message.step.rawValue.isEmpty ? nil : message.step, at: time(message.createdAt),
        channel: message.channel, subject: message.subject, source: source)
    }
  }

  /// An event also gets its name, since its id may be just a number; its time is the firing's.
  private func about(_ explained: EnrollmentExplanation) -> String {
    guard let event = explained.event else { return explained.enrollment.aboutText }
    let order = PastEvent.orderID(in: event.properties).map { ", order \($0)" } ?? ""
    return "event \(event.name), message id \(event.messageID)\(order)"
  }

  private func forecast(_ next: Forecast) -> ExplainAnswer.Forecast {
    ExplainAnswer.Forecast(
      step: next.step, at: time(next.at), verdict: next.verdict, channel: next.channel,
      follows: next.follows.map {
        ExplainAnswer.Following(step: $0.step, distance: DurationText.text($0.distance))
      },
      heldBy: next.heldBy.map(gate), channels: next.channels.map(gate))
  }

  private func decision(_ decision: StoredDecision) -> ExplainAnswer.Decision {
    ExplainAnswer.Decision(
      step: decision.step, at: time(decision.at), verdict: decision.verdict, gate: decision.gate,
      channel: decision.channel, until: decision.until.map(time), trace: decision.trace.map(gate),
      message: message(of: decision))
  }

  private func message(of decision: StoredDecision) -> ExplainAnswer.Message? {
    guard decision.verdict == .send else { return nil }
    // A step has several messages, one per channel, if the previous channel's address was bad.
    let ofStep = messages.filter {
      $0.enrollment == decision.enrollment && $0.step == decision.step && $0.channel == decision.channel
    }
    guard let message = ofStep.first(where: { $0.createdAt == decision.at }) ?? ofStep.first else {
      return nil
    }
    return ExplainAnswer.Message(
      uid: message.uid, state: message.state,
      isMaybeDelivered: message.maybeDelivered && message.state != .sent,
      dueAt: message.state == .waiting ? time(message.dueAt) : nil,
      isAssumed: message.state == .sent && message.outcome != .accepted,
      isCaptured: message.state == .sent && message.code == CaptureAdapter.writtenCode,
      subject: message.subject,
      code: message.code)
  }

  private func gate(_ entry: TraceEntry) -> ExplainAnswer.GateAnswer {
    ExplainAnswer.GateAnswer(
      gate: entry.gate, isPassed: entry.passed, channel: entry.channel, values: object(entry.values))
  }

  private func object(_ record: Record) -> JSONObject {
    JSONObject(members: record.entries.map { .init(key: $0.name, value: json($0.value)) })
  }

  private func json(_ value: Value) -> JSON {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .instant(let instant): time(instant).json
    case .string, .money: .string(value.plainText)
    case .array(let values): .array(values.map(json))
    case .object(let record): .object(object(record))
    }
  }

  private func refused(_ refusal: Refusal) -> ExplainAnswer.Refused {
    ExplainAnswer.Refused(
      occasion: refusal.occasion, at: time(refusal.at), condition: refusal.condition,
      values: object(refusal.values), problem: refusal.problem)
  }

  private func absence(_ absence: Absence) -> ExplainAnswer.Absence {
    switch absence {
    case .noOccasion(let lack): .init(.noOccasion, lacks: lack)
    case .qualifiedEarlier(let firedAt, let enabledAt):
      .init(.qualifiedEarlier, firedAt: time(firedAt), enabledAt: time(enabledAt))
    case .reentry(let enrolledAt, let until):
      .init(.reentry, enrolledAt: time(enrolledAt), until: time(until))
    case .expired(let firedAt): .init(.expired, firedAt: time(firedAt))
    case .unplanned(let firesAt): .init(.unplanned, firesAt: time(firesAt))
    case .completed(let occurrence): .init(.completed, occurrence: occurrence)
    case .ended(let occurrence, let reason):
      .init(.ended, occurrence: occurrence, endReason: reason)
    }
  }
}
