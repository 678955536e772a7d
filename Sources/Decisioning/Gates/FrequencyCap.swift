import Domain

extension GateRule {
  /// Skips a marketing message if a cap is full, counting messages sent or in flight in the window, on the channel or
  /// on all channels. It is skipped rather than deferred, as in the leading systems: a message that comes too often is
  /// no better tomorrow.
  static let frequencyCap = GateRule(.frequencyCap) { question in
    guard question.trigger.purpose == .marketing else {
      return .pass(["purpose": .string(question.trigger.purpose.rawValue)])
    }
    var seen = Record()
    for cap in question.program.limits.caps where cap.channel == nil || cap.channel == question.channel {
      let start = cap.window.start(at: question.now, in: question.zone)
      let count = question.facts.capEntries.count { entry in
        start.includes(entry.at) && (cap.channel == nil || cap.channel == entry.channel)
      }
      if count >= cap.limit {
        return .skip(
          .frequencyCap,
          [
            "cap": .string(cap.name), "limit": .integer(Int64(cap.limit)), "count": .integer(Int64(count)),
          ])
      }
      seen[cap.name] = .integer(Int64(count))
    }
    return .pass(seen)
  }
}

extension FrequencyCap {
  /// The cap's name in the trace: `email/24h`, `all/local_day`.
  var name: String {
    let channel = channel?.rawValue ?? "all"
    switch window {
    case .localDay: return "\(channel)/local_day"
    case .rolling(let duration):
      let seconds = duration.milliseconds / 1000
      return seconds % 3600 == 0 ? "\(channel)/\(seconds / 3600)h" : "\(channel)/\(seconds)s"
    }
  }
}

extension FrequencyCap.Window {
  /// The start of a window that ends now.
  struct Start {
    var at: Instant
    var isIncluded: Bool

    func includes(_ instant: Instant) -> Bool { isIncluded ? instant >= at : instant > at }
  }

  func start(at now: Instant, in zone: TimeZoneRules) -> Start {
    switch self {
    // A message exactly 24 hours old is outside a window of 24 hours.
    case .rolling(let duration): Start(at: now - duration, isIncluded: false)
    case .localDay: Start(at: zone.startOfDay(of: zone.civilDate(at: now)), isIncluded: true)
    }
  }
}
