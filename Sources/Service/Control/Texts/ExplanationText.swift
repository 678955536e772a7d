internal import Domain
package import Platform

/// The answer to `explain` as people read it: for each trigger what comes, what was decided and by which gates, and if
/// nothing comes, why not and what would change that.
package struct ExplanationText {
  private let explanation: JSON
  let style: TextStyle
  let time: TimeText
  let customer: String
  private var lines: [String] = []

  /// The whole text, with a line feed at its end.
  package static func text(_ explanation: JSON, style: TextStyle) -> String {
    var text = ExplanationText(explanation, style)
    text.write()
    return text.lines.joined(separator: "\n") + "\n"
  }

  private init(_ explanation: JSON, _ style: TextStyle) {
    self.explanation = explanation
    self.style = style
    time = TimeText(now: explanation["at"]?.stringValue)
    customer = explanation["customer"]?.stringValue ?? "?"
  }

  private mutating func write() {
    let zone = explanation["zone"]?.stringValue.map { " in \($0), the customer's time zone" } ?? ""
    lines.append(
      "Customer \(style.paint(customer, .bold)); it is \(TimeText.wall(explanation["at"]?.stringValue ?? "?"))\(zone)."
    )
    if let clock = ClockText.sentence(explanation["clock"]) {
      lines += style.wrapped(words("Note: \(clock)."), first: "", indent: "", with: " ")
    }
    for item in explanation["quarantine"]?.arrayValue ?? [] {
      let what = "\(item["kind"]?.stringValue ?? "?") \(item["id"]?.stringValue ?? "?")"
      let text =
        "Note: \(what) (\(item["about"]?.stringValue ?? "")) ended the program twice and is set aside. See: reprise quarantine list"
      lines += style.wrapped(words(text), first: "", indent: "", with: " ")
    }
    for trigger in explanation["triggers"]?.arrayValue ?? [] { write(trigger: trigger) }
  }

  private mutating func write(trigger: JSON) {
    let name = trigger["trigger"]?.stringValue ?? "?"
    lines += ["", style.paint(name, .bold)]
    if trigger["paused"]?.boolValue == true {
      lines.append(
        "  " + style.paint("Paused: nothing of it goes out. To go on: reprise resume \(name)", .yellow))
    }
    for enrollment in trigger["enrollments"]?.arrayValue ?? [] { write(enrollment: enrollment) }
    if let absence = trigger["nothing_comes"] {
      let isUnderWay = (trigger["enrollments"]?.arrayValue ?? []).contains(where: Self.isUnderWay)
      lines += style.wrapped(
        words(
          AbsenceText.sentences(absence, trigger: name, customer: customer, isUnderWay: isUnderWay)),
        first: "  ", indent: "  ", with: " ")
    }
  }

  private mutating func write(enrollment: JSON) {
    let about = enrollment["about"]?.stringValue ?? "?"
    let fires = enrollment["fires_at"]?.stringValue ?? ""
    let verb = time.isAhead(fires) ? "fires" : "fired"
    lines.append("  \(about): \(verb) \(time.both(fires)); \(state(of: enrollment))")
    for decision in enrollment["decisions"]?.arrayValue ?? [] { write(decision: decision) }
    for late in enrollment["late_orders"]?.arrayValue ?? [] { write(late: late) }
    for next in enrollment["next"]?.arrayValue ?? [] { write(next: next) }
  }

  private func state(of enrollment: JSON) -> String {
    switch enrollment["state"]?.stringValue {
    case "active": return style.paint("active", .green)
    case "completed":
      return Self.isUnderWay(enrollment) ? "all steps decided, not all sent yet" : "all steps done"
    default:
      return switch enrollment["end_reason"]?.stringValue {
      case "cancelled": "ended, because what it was about is gone (ordered, emptied, cancelled or refunded)"
      case "superseded": "ended, because another occasion took its place"
      case "trigger_removed": "ended, because the trigger was removed"
      case "quarantined":
        style.paint(
          "set aside, because deciding it ended the program twice; see: reprise quarantine list", .red)
      case let reason?: "ended: \(reason)"
      case nil: "ended"
      }
    }
  }

  /// Whether a message of it is still to leave.
  private static func isUnderWay(_ enrollment: JSON) -> Bool {
    (enrollment["decisions"]?.arrayValue ?? []).contains {
      ["queued", "waiting", "leased", "handoff"].contains($0["message"]?["state"]?.stringValue ?? "")
    }
  }

  private mutating func write(decision: JSON) {
    let at = TimeText.wall(decision["at"]?.stringValue ?? "?")
    lines.append("    \(at)  step \(decision["step"]?.stringValue ?? "?"): \(outcome(of: decision))")
    let trace = decision["trace"]?.arrayValue ?? []
    let passed = trace.filter { $0["passed"]?.boolValue == true }.map(Self.gate)
    if !passed.isEmpty {
      lines += style.wrapped(passed, first: "      \(style.passed) ", indent: "         ")
    }
    for entry in trace where entry["passed"]?.boolValue == false {
      lines.append("      \(style.failed) \(Self.gate(entry))")
    }
  }

  private func outcome(of decision: JSON) -> String {
    let gate = decision["gate"]?.stringValue ?? "?"
    switch decision["verdict"]?.stringValue {
    case "send":
      let channel = decision["channel"]?.stringValue ?? "?"
      guard let message = decision["message"] else { return "to be sent by \(channel)" }
      let subject = message["subject"]?.stringValue.map { " \"\($0)\"" } ?? ""
      return "by \(channel)\(subject), \(MessageText.state(message))"
    case "defer":
      return style.paint("put off by \(gate)", .yellow)
        + " until \(TimeText.wall(decision["until"]?.stringValue ?? "?"))"
    case "withhold": return style.paint("withheld by \(gate)", .yellow)
    default: return style.paint("skipped by \(gate)", .yellow)
    }
  }

  private mutating func write(next: JSON) {
    let at = next["at"]?.stringValue ?? "?"
    let step = "step \(next["step"]?.stringValue ?? "?")"
    let held = next["held_by"].map(Self.gate)
    let what =
      switch next["verdict"]?.stringValue {
      case "send":
        style.paint("goes out by \(next["channel"]?.stringValue ?? "?")", .green) + " if nothing changes"
      case "defer" where time.isAhead(at): "will wait, held by \(held ?? "?")"
      case "defer": "waits now, held by \(held ?? "?")"
      case "withhold": "will be withheld by \(held ?? "?")"
      default: "will be skipped by \(held ?? "?")"
      }
    let apart =
      next["follows"].map {
        ", \($0["distance"]?.stringValue ?? "?") behind step \($0["step"]?.stringValue ?? "?"), as the file has them"
      } ?? ""
    let when = next["verdict"]?.stringValue == "defer" && !time.isAhead(at) ? "" : " (\(time.relative(at)))"
    lines.append("    \(TimeText.wall(at))  \(step): \(what)\(apart)\(when)")
  }

  private mutating func write(late: JSON) {
    func wall(_ name: String) -> String { TimeText.wall(late[name]?.stringValue ?? "?", seconds: true) }
    let text =
      "Note: order \(late["order"]?.stringValue ?? "?") was placed \(wall("placed_at")), before step \(late["step"]?.stringValue ?? "?") was decided at \(wall("message_at")), but became known only \(wall("known_at")). Known in time, it would have stopped that message."
    lines += style.wrapped(words(text), first: "      ", indent: "      ", with: " ")
  }

  private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// `email: frequency_cap (cap email/16h, limit 1, count 1)`.
  static func gate(_ entry: JSON) -> String {
    let gate = entry["gate"]?.stringValue ?? "?"
    let name = entry["channel"]?.stringValue.map { "\($0): \(gate)" } ?? gate
    let values = (entry["values"]?.objectValue ?? JSONObject()).map { "\($0.key) \(plain($0.value))" }
    return values.isEmpty ? name : "\(name) (\(values.joined(separator: ", ")))"
  }

  private static func plain(_ value: JSON) -> String {
    switch value {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .string(let text): TimeText.wall(text)
    default: value.text()
    }
  }
}
