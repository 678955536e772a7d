import Decisioning
package import Domain
package import Testing

/// What a script has brought about so far; each question is about the whole of it.
package struct Expectation {
  let script: Script

  /// Every message that went out, in order: `2026-03-01 10:10 ann email welcome/thanks`, on the shop's clock.
  package func messages(_ expected: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    let sent = script.sent.map { message in
      "\(clock(message.at)) \(message.customer) \(message.message.channel) \(message.template)"
    }
    #expect(sent == expected, sourceLocation: sourceLocation)
  }

  /// Every decision that was no message, in order: `2026-03-01 10:10 ann thanks skip frequency_cap`.
  package func held(_ expected: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    let held = script.decisions.filter { $0.decision.verdict != .send }.map { entry in
      let decision = entry.decision
      let gate = decision.gate?.rawValue ?? "-"
      return "\(clock(decision.at)) \(entry.customer) \(decision.step) \(decision.verdict.rawValue) \(gate)"
    }
    #expect(held == expected, sourceLocation: sourceLocation)
  }

  /// Every enrollment of the customer: `o1 active 2026-03-01 10:10`, `o1 ended superseded`, `o1 completed`.
  package func enrollments(
    of id: String, _ expected: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = (script.states[id]?.enrollments ?? []).map { enrollment in
      switch enrollment.state {
      case .active: "\(enrollment.occurrence) active \(enrollment.nextDueAt.map(clock) ?? "-")"
      case .completed: "\(enrollment.occurrence) completed"
      case .ended: "\(enrollment.occurrence) ended \(enrollment.endReason?.rawValue ?? "-")"
      }
    }
    #expect(found == expected, sourceLocation: sourceLocation)
  }

  /// The text of the last message.
  package func text(_ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(script.sent.last?.message.content.text == expected, sourceLocation: sourceLocation)
  }

  private func clock(_ instant: Instant) -> String { script.program.brand.zone.clock(instant) }
}

extension TimeZoneRules {
  /// The instant of `2026-03-01 10:00` on this zone's wall; a time of day alone is on no date and refused.
  package func instant(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let date = CivilDate(String(parts[0])), let time = ClockTime(String(parts[1]))
    else {
      preconditionFailure("not a time: \(text)")
    }
    return instant(of: date, at: time)
  }

  package func clock(_ instant: Instant) -> String { "\(civilDate(at: instant)) \(clockTime(at: instant))" }

  /// Eight hours east, no daylight time.
  package static let shanghai = rules("Asia/Shanghai", "CST-8")
  package static let berlin = rules("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3")
  package static let newYork = rules("America/New_York", "EST5EDT,M3.2.0,M11.1.0")

  private static func rules(_ name: String, _ posix: String) -> TimeZoneRules {
    do {
      return try TimeZoneRules(name: name, posix: posix)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
