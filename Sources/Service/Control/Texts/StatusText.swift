package import Domain
package import Platform

/// The answer to `status` as people read it.
package enum StatusText {
  /// The whole text, with a line feed at its end.
  ///
  /// - Parameters:
  ///   - ambiguous: the answer to `messages` of that state; `nil` when there are none.
  package static func text(_ status: JSON, ambiguous: JSON?, now: Instant, style: TextStyle) -> String {
    let time = TimeText(now)
    var lines = head(status, time, now, style)
    lines += [""] + channels(status, style)
    lines += [""] + triggers(status, style)
    if let messages = ambiguous?["messages"]?.arrayValue, !messages.isEmpty {
      lines += [""] + self.ambiguous(messages, style)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The answer to `messages` of the state `ambiguous`, with a line feed at its end.
  package static func ambiguous(_ answer: JSON, style: TextStyle) -> String {
    let messages = answer["messages"]?.arrayValue ?? []
    if messages.isEmpty { return "No message is ambiguous.\n" }
    return ambiguous(messages, style).joined(separator: "\n") + "\n"
  }

  private static func head(
    _ status: JSON, _ time: TimeText, _ now: Instant, _ style: TextStyle
  ) -> [String] {
    let due = status["next_due_at"]?.stringValue.map { ", the next due \(time.both($0))" } ?? ""
    var rows = [
      ("store", status["store"]?.stringValue ?? "?"), ("customers", number(status["customers"])),
      ("enrolled", number(status["enrollments"]) + due),
    ]
    if let daemon = status["daemon"] {
      let since = daemon["since"]?.stringValue.map { " since \(time.both($0))" } ?? ""
      rows.append(
        (
          "daemon",
          "process \(number(daemon["pid"]))\(since), \(number(daemon["under_way"])) messages under way"
        ))
    } else {
      rows.append(("daemon", style.paint("not running; this is what the store says", .yellow)))
    }
    if let reload = status["reload"] {
      let at = time.both(reload["at"]?.stringValue ?? "?")
      let error = reload["error"]?.stringValue
      let waiting = reload["restart_needed"]?.arrayValue?.compactMap(\.stringValue) ?? []
      rows.append(
        (
          "reload",
          error.map { style.paint("failed \(at); the configuration before it is in force: \($0)", .red) }
            ?? at
        ))
      if !waiting.isEmpty {
        rows.append(("restart", style.paint("needed for \(waiting.joined(separator: ", "))", .yellow)))
      }
    }
    if let lease = status["oldest_lease_at"]?.stringValue,
      now - (Instant(iso8601: lease) ?? now) > .minutes(5)
    {
      rows.append(
        (
          "under way",
          style.paint("a message for longer than five minutes, since \(time.both(lease))", .yellow)
        ))
    }
    if let failure = status["store_failure"]?.stringValue {
      rows.append(("trouble", style.paint("the store cannot be written: \(failure)", .red)))
    }
    if let clock = ClockText.sentence(status["clock"]) { rows.append(("clock", style.paint(clock, .red))) }
    if let unplanned = status["unplanned"]?.integerValue, unplanned > 0 {
      rows.append(("unplanned", "\(unplanned) customers whose events or rows are still to be planned for"))
    }
    let setAside = (status["quarantined"]?.objectValue ?? JSONObject()).compactMap { member in
      member.value.integerValue.flatMap { $0 > 0 ? "\($0) of kind \(member.key)" : nil }
    }
    if !setAside.isEmpty {
      rows.append(
        ("set aside", style.paint("\(setAside.joined(separator: ", ")); see: reprise quarantine list", .red)))
    }
    return rows.map { style.pad(style.paint($0.0, .dim), to: 11) + $0.1 }
  }

  private static func channels(_ status: JSON, _ style: TextStyle) -> [String] {
    let live = status["channels"]?.objectValue
    var table = TextTable([
      .init("channel"), .init("queued", isNumber: true), .init("waiting", isNumber: true),
      .init("under way", isNumber: true), .init("ambiguous", isNumber: true),
    ])
    if live != nil { table.columns.append(.init("health")) }
    for queue in status["queues"]?.objectValue ?? JSONObject() {
      func count(_ state: String) -> Int64 { queue.value[state]?.integerValue ?? 0 }
      let doubt = "\(count("ambiguous"))"
      var row = [
        queue.key, "\(count("queued"))", "\(count("waiting"))", "\(count("leased") + count("handoff"))",
        count("ambiguous") > 0 ? style.paint(doubt, .red) : doubt,
      ]
      if let live { row.append(health(live[queue.key], style)) }
      table.rows.append(row)
    }
    return table.lines(style)
  }

  private static func health(_ channel: JSON?, _ style: TextStyle) -> String {
    guard let channel else { return style.paint("not configured", .yellow) }
    return switch channel["state"]?.stringValue {
    case "closed": style.paint("good", .green) + ", up to \(number(channel["window"])) at once"
    case "half_open": style.paint("trying again with one message", .yellow)
    case "open": style.paint("resting: its provider fails", .red)
    case "stopped": style.paint("stopped: its provider refuses our settings; correct them and reload", .red)
    case let other: other ?? "?"
    }
  }

  private static func triggers(_ status: JSON, _ style: TextStyle) -> [String] {
    var table = TextTable([
      .init("trigger, today"), .init("sent", isNumber: true), .init("failed", isNumber: true),
      .init("skipped", isNumber: true), .init("withheld", isNumber: true), .init(""),
    ])
    for trigger in status["triggers"]?.arrayValue ?? [] {
      let isPaused = trigger["paused"]?.boolValue == true
      let isPlanning = trigger["planning"]?.boolValue == true
      let failed = trigger["failed_today"]?.integerValue ?? 0
      table.rows.append([
        trigger["trigger"]?.stringValue ?? "?", number(trigger["sent_today"]),
        failed == 0 ? "0" : style.paint("\(failed)", .red), number(trigger["skipped_today"]),
        number(trigger["withheld_today"]),
        isPaused
          ? style.paint("paused", .yellow)
          : isPlanning
            ? "being planned anew"
            : trigger["next_due_at"]?.stringValue.map { "next due \(TimeText.wall($0))" } ?? "",
      ])
    }
    return table.lines(style)
  }

  private static func ambiguous(_ messages: [JSON], _ style: TextStyle) -> [String] {
    let noun = messages.count == 1 ? "1 message was" : "\(messages.count) messages were"
    let head =
      "\(noun) handed over without an answer: perhaps delivered, perhaps not. When you know more (sent: it arrived; dead: it did not and shall not; retry: send it again):"
    var lines = style.wrapped(head.split(separator: " ").map(String.init), first: "", indent: "", with: " ")
    for message in messages {
      func text(_ name: String) -> String { message[name]?.stringValue ?? "?" }
      let uid = text("uid")
      let code = message["code"]?.stringValue.map { ", \($0)" } ?? ""
      lines.append(
        "  reprise resolve \(uid) sent|dead|retry    \(text("customer")), step \(text("step")) of \(text("trigger")) by \(message["channel"]?.stringValue ?? "?"), \(TimeText.wall(message["created_at"]?.stringValue ?? "?"))\(code)"
      )
    }
    return lines
  }

  private static func number(_ value: JSON?) -> String { value?.integerValue.map { "\($0)" } ?? "?" }
}
