internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Service

/// Formats the answer to `explain`: for each trigger what is planned, what was decided and by which gates; or
/// why nothing is planned, and what would change that.
struct ExplanationText {
  private let explanation: ExplainAnswer
  private let style: TextStyle
  private let time: TimeText
  private var lines: [String] = []

  /// The whole text, ending with a line feed.
  static func text(_ explanation: ExplainAnswer, style: TextStyle) -> String {
    var text = ExplanationText(explanation, style)
    text.write()
    return text.lines.map(VisibleText.line).joined(separator: "\n") + "\n"
  }

  private init(_ explanation: ExplainAnswer, _ style: TextStyle) {
    self.explanation = explanation
    self.style = style
    time = TimeText(explanation.at.instant)
  }

  private static let namesShown = 10

  private mutating func write() {
    let customer = style.paint(explanation.customer, .bold)
    let now = TimeText.wall(explanation.at)
    lines.append("Customer \(customer); it is \(now) in \(explanation.zone), the customer's time zone.")
    if !explanation.names.isEmpty {
      let names = explanation.names.prefix(Self.namesShown).joined(separator: ", ")
      let more = explanation.names.count - Self.namesShown
      note("also known as \(names)\(more > 0 ? " and \(more) more" : "").")
    }
    if let doubt = explanation.clock { note("\(ClockText.sentence(doubt)).") }
    for item in explanation.quarantine {
      note(
        "\(item.kind) \(item.id) (\(item.about)) ended the program twice and is set aside. See: \(style.call("quarantine list"))"
      )
    }
    for (count, noun) in [
      (explanation.leftOutDecisions, "decision"), (explanation.leftOutMessages, "message"),
    ]
    where count > 0 {
      let what = count == 1 ? "the oldest \(noun) is" : "the \(count) oldest \(noun)s are"
      note(
        "\(what) left out, for want of room. See all: \(style.call("export \(NextSteps.quoted(explanation.customer))"))"
      )
    }
    if let last = explanation.elsewhere.last {
      let count = explanation.elsewhere.count
      note(
        "\(last.source) sent \(count == 1 ? "a message" : "\(count) messages, the last") on \(TimeText.wall(last.at)) by \(last.channel); caps count \(count == 1 ? "it" : "them")."
      )
    }
    for trigger in explanation.triggers { write(trigger) }
    writeSegments()
  }

  private mutating func writeSegments() {
    if explanation.segments.isEmpty, explanation.measures.isEmpty { return }
    lines += ["", style.paint("Segments", .bold)]
    for segment in explanation.segments {
      let mark = segment.isMember ? style.passed : style.failed
      var line = "  \(mark) \(segment.segment)"
      if let since = segment.since {
        let reason = segment.reason.map { " (\($0.rawValue))" } ?? ""
        line += ", \(segment.isMember ? "since" : "left") \(time.both(since))\(reason)"
      }
      if let lapsed = segment.lapsedAt {
        line += "; has not matched since \(TimeText.wall(lapsed)), kept by stay"
      }
      if let next = segment.nextChange { line += "; may change \(time.both(next))" }
      lines.append(line)
      for condition in segment.conditions {
        let found = condition.found.map { ": \($0)" } ?? ""
        lines.append("      \(condition.holds ? style.passed : style.failed) \(condition.condition)\(found)")
      }
    }
    for measure in explanation.measures {
      let next = measure.nextChange.map { "; changes \(time.both($0))" } ?? ""
      lines.append("  customer.\(measure.name) is \(measure.value)\(next)")
    }
  }

  private mutating func note(_ text: String, indent: String = "") {
    lines += style.wrapped(style.call.words("Note: \(text)"), first: indent, indent: indent, with: " ")
  }

  private mutating func write(_ trigger: ExplainAnswer.Trigger) {
    let name = trigger.trigger.rawValue
    lines += ["", style.paint(name, .bold)]
    if trigger.isPaused {
      lines.append(
        "  "
          + style.paint("Paused: nothing of it goes out. To go on: \(style.call("resume \(name)"))", .yellow))
    }
    for enrollment in trigger.enrollments { write(enrollment) }
    if let absence = trigger.nothingComes {
      let sentences = AbsenceText.sentences(
        absence, customer: explanation.customer,
        isUnderWay: trigger.enrollments.contains(where: Self.isUnderWay), call: style.call)
      lines += style.wrapped(style.call.words(sentences), first: "  ", indent: "  ", with: " ")
    }
  }

  private mutating func write(_ enrollment: ExplainAnswer.Enrollment) {
    let fires = enrollment.firesAt
    let verb = time.isAhead(fires) ? "fires" : "fired"
    lines.append("  \(enrollment.about): \(verb) \(time.both(fires)); \(state(of: enrollment))")
    for message in enrollment.elsewhere {
      let subject = message.subject.map { " \"\($0)\"" } ?? ""
      lines.append(
        "    \(TimeText.wall(message.at))  step \(message.step?.rawValue ?? "?"): by \(message.channel)\(subject), sent by another system (\(message.source))"
      )
    }
    for decision in enrollment.decisions { write(decision) }
    for late in enrollment.lateOrders { write(late) }
    for next in enrollment.next { write(next) }
  }

  private func state(of enrollment: ExplainAnswer.Enrollment) -> String {
    switch enrollment.state {
    case .active: return style.paint("active", .green)
    case .completed:
      return Self.isUnderWay(enrollment) ? "all steps decided, not all sent yet" : "all steps done"
    case .ended:
      return switch enrollment.endReason {
      case .cancelled: "ended, because what it was about is gone (ordered, emptied, cancelled or refunded)"
      case .superseded: "ended, because another occasion took its place"
      case .triggerRemoved: "ended, because the trigger was removed"
      case .quarantined:
        style.paint(
          "set aside, because deciding it ended the program twice; see: \(style.call("quarantine list"))",
          .red)
      case .sentElsewhere: "begun by another system; what is left of it waits for its occasion"
      case .forgotten: "ended: forgotten"
      case nil: "ended"
      }
    }
  }

  /// Whether one of its messages is still to be sent.
  private static func isUnderWay(_ enrollment: ExplainAnswer.Enrollment) -> Bool {
    enrollment.decisions.contains { decision in
      switch decision.message?.state {
      case .queued, .waiting, .leased, .handoff: true
      default: false
      }
    }
  }

  private mutating func write(_ decision: ExplainAnswer.Decision) {
    lines.append("    \(TimeText.wall(decision.at))  step \(decision.step): \(outcome(of: decision))")
    let passed = decision.trace.filter(\.isPassed).map(Self.gate)
    if !passed.isEmpty {
      lines += style.wrapped(passed, first: "      \(style.passed) ", indent: "         ")
    }
    for answer in decision.trace where !answer.isPassed {
      lines.append("      \(style.failed) \(Self.gate(answer))")
    }
  }

  private func outcome(of decision: ExplainAnswer.Decision) -> String {
    let gate = decision.gate?.rawValue ?? "?"
    switch decision.verdict {
    case .send:
      let channel = decision.channel?.rawValue ?? "?"
      guard let message = decision.message else { return "to be sent by \(channel)" }
      let subject = message.subject.map { " \"\($0)\"" } ?? ""
      return "by \(channel)\(subject), \(MessageText.state(message, call: style.call))"
    case .defer:
      let until = decision.until.map { TimeText.wall($0) } ?? "?"
      return style.paint("put off by \(gate)", .yellow) + " until \(until)"
    case .withhold: return style.paint("withheld by \(gate)", .yellow)
    case .skip: return style.paint("skipped by \(gate)", .yellow)
    }
  }

  private mutating func write(_ next: ExplainAnswer.Forecast) {
    let held = held(next)
    let waitsNow = next.verdict == .defer && !time.isAhead(next.at)
    let what =
      switch next.verdict {
      case .send:
        style.paint("goes out by \(next.channel?.rawValue ?? "?")", .green) + " if nothing changes"
      case .defer: waitsNow ? "waits now, held by \(held)" : "will wait, held by \(held)"
      case .withhold: "will be withheld by \(held)"
      case .skip: "will be skipped by \(held)"
      }
    let apart =
      next.follows.map { ", \($0.distance) behind step \($0.step), as the file has them" } ?? ""
    let when = waitsNow ? "" : " (\(time.relative(next.at)))"
    lines.append("    \(TimeText.wall(next.at))  step \(next.step): \(what)\(apart)\(when)")
  }

  /// The gate that holds it; the channels with their reasons if there are several.
  private func held(_ next: ExplainAnswer.Forecast) -> String {
    let gate = next.heldBy.map(Self.gate) ?? "?"
    guard next.channels.count > 1 else { return gate }
    let channels = next.channels.map(Self.gate).joined(separator: "; ")
    // A waiting step waits for any of the channels.
    return next.heldBy?.channel == nil ? "\(gate): \(channels)" : channels
  }

  private mutating func write(_ late: ExplainAnswer.LateOrder) {
    func wall(_ time: OffsetTime) -> String { TimeText.wall(time, seconds: true) }
    note(
      "order \(late.order) was placed \(wall(late.placedAt)), before step \(late.step) was decided at \(wall(late.messageAt)), but became known only \(wall(late.knownAt)). Known in time, it would have stopped that message.",
      indent: "      ")
  }

  /// `email: frequency_cap (cap email/16h, limit 1, count 1)`.
  private static func gate(_ answer: ExplainAnswer.GateAnswer) -> String {
    let gate = answer.gate.rawValue
    let name = answer.channel.map { "\($0): \(gate)" } ?? gate
    if let sentence = TemplateFailure.sentence({ answer.values[$0].map(plain) }) {
      return "\(name): template '\(answer.values["template"].map(plain) ?? "?")': \(sentence)"
    }
    let values = answer.values.map { "\($0.key) \(plain($0.value))" }
    return values.isEmpty ? name : "\(name) (\(values.joined(separator: ", ")))"
  }

  static func plain(_ value: JSON) -> String {
    switch value {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .string(let text): TimeText.wall(OffsetTime(text: text))
    default: value.text()
    }
  }
}
