internal import Domain
internal import Operations

/// Formats the answer to `status`.
struct StatusText {
  private let status: StatusAnswer
  private let now: Instant
  private let time: TimeText
  private let style: TextStyle

  /// The whole text, ending with a line feed.
  static func text(_ status: StatusAnswer, now: Instant, style: TextStyle) -> String {
    let text = StatusText(status: status, now: now, time: TimeText(now), style: style)
    var lines = text.head + [""] + text.channels + [""] + text.triggers
    if let sources = status.sources, !sources.isEmpty {
      lines += [""] + SourcesText.lines(sources, text.time, style)
    }
    if let messages = status.ambiguous, !messages.isEmpty {
      lines += [""] + AmbiguousText.lines(messages, style)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var visitors: String {
    status.visitors.map { ", and \($0) \($0 == 1 ? "visitor" : "visitors") without an address" } ?? ""
  }

  private var head: [String] {
    let due = status.nextDueAt.map { ", the next due \(time.both($0))" } ?? ""
    var rows = [
      ("store", status.store), ("customers", "\(status.customers)\(visitors)"),
      ("enrolled", "\(status.enrollments)\(due)"),
    ]
    if let daemon = status.daemon {
      rows.append(
        (
          "daemon",
          "process \(daemon.pid) since \(time.both(daemon.since)), \(daemon.underWay) messages under way"
        ))
      if let directory = daemon.capture {
        rows.append(("capture", "nothing is sent: every message becomes a file in \(directory)"))
      }
    } else {
      rows.append(("daemon", style.paint("not running; this is what the store says", .yellow)))
    }
    if let reload = status.reload {
      let at = time.both(reload.at)
      let failure = reload.error.map {
        style.paint("failed \(at); the configuration before it is in force: \($0)", .red)
      }
      rows.append(("reload", failure ?? at))
      if !reload.restartNeeded.isEmpty {
        rows.append(
          ("restart", style.paint("needed for \(reload.restartNeeded.joined(separator: ", "))", .yellow)))
      }
    }
    if let count = status.sentElsewhereToday {
      rows.append(
        ("elsewhere", "\(count) \(count == 1 ? "message" : "messages") of today sent by another system"))
    }
    return (rows + troubles).map { style.pad(style.paint($0.0, .dim), to: 11) + $0.1 }
  }

  /// The problems to report.
  private var troubles: [(String, String)] {
    var rows: [(String, String)] = []
    if let lease = status.oldestLeaseAt, let begun = lease.instant, now - begun > .minutes(5) {
      rows.append(
        (
          "under way",
          style.paint("a message for longer than five minutes, since \(time.both(lease))", .yellow)
        ))
    }
    if let failure = status.storeFailure {
      rows.append(("trouble", style.paint("the store cannot be written: \(failure)", .red)))
    }
    if let doubt = status.clock { rows.append(("clock", style.paint(ClockText.sentence(doubt), .red))) }
    if status.unplanned > 0 {
      rows.append(
        ("unplanned", "\(status.unplanned) customers whose events or rows are still to be planned for"))
    }
    if let progress = status.evaluation { rows.append(("segments", SegmentsText.evaluation(progress))) }
    let setAside = status.quarantined.filter { $0.value > 0 }.map { "\($0.value) of kind \($0.name)" }
    if !setAside.isEmpty {
      rows.append(
        (
          "set aside",
          style.paint("\(setAside.joined(separator: ", ")); see: \(style.call("quarantine list"))", .red)
        ))
    }
    return rows
  }

  private var channels: [String] {
    var table = TextTable([
      .init("channel"), .init("queued", isNumber: true), .init("waiting", isNumber: true),
      .init("under way", isNumber: true), .init("ambiguous", isNumber: true),
    ])
    if status.channels != nil { table.columns.append(.init("health")) }
    for queue in status.queues {
      let counts = queue.value
      let ambiguous = "\(counts[.ambiguous])"
      var row = [
        queue.name, "\(counts[.queued])", "\(counts[.waiting])", "\(counts[.leased] + counts[.handoff])",
        counts[.ambiguous] > 0 ? style.paint(ambiguous, .red) : ambiguous,
      ]
      if let channels = status.channels { row.append(health(channels[queue.name])) }
      table.rows.append(row)
    }
    return table.lines(style)
  }

  private func health(_ channel: StatusAnswer.Channel?) -> String {
    guard let channel else {
      return style.paint("no longer in reprise.yaml; what may have been delivered waits for its end", .yellow)
    }
    return switch channel.state {
    case .closed: style.paint("good", .green) + ", up to \(channel.window) at once"
    case .halfOpen: style.paint("trying again with one message", .yellow)
    case .open: style.paint("resting: its provider fails", .red)
    case .stopped: style.paint("stopped: its provider refuses our settings; correct them and reload", .red)
    }
  }

  private var triggers: [String] {
    var table = TextTable([
      .init("trigger, today"), .init("sent", isNumber: true), .init("failed", isNumber: true),
      .init("skipped", isNumber: true), .init("withheld", isNumber: true), .init(""),
    ])
    for trigger in status.triggers {
      let failed = "\(trigger.failedToday)"
      table.rows.append([
        trigger.trigger.rawValue, "\(trigger.sentToday)",
        trigger.failedToday == 0 ? failed : style.paint(failed, .red), "\(trigger.skippedToday)",
        "\(trigger.withheldToday)", remark(trigger),
      ])
    }
    return table.lines(style)
  }

  private func remark(_ trigger: StatusAnswer.Trigger) -> String {
    if trigger.isPaused { return style.paint("paused", .yellow) }
    if trigger.isPlanning { return "being planned anew" }
    return trigger.nextDueAt.map { "next due \(TimeText.wall($0))" } ?? ""
  }
}
