import Domain

extension DeliveryMetrics.Snapshot {
  /// The families of these numbers in the Prometheus text format 0.0.4, channels in order of their names.
  package var prometheusText: String {
    var text = ""
    let channels = attempts.keys.sorted()
    family(&text, "reprise_attempts_total", "counter", "Attempts by channel and how they ended.")
    for channel in channels {
      for outcome in OutcomeClass.allCases {
        let count = attempts[channel]?[outcome] ?? 0
        text +=
          "reprise_attempts_total{channel=\"\(Self.escaped(channel))\",class=\"\(outcome.rawValue)\"} \(count)\n"
      }
    }
    family(&text, "reprise_ambiguous_total", "counter", "Attempts handed over without an answer.")
    let ambiguous = attempts.values.reduce(0) { $0 + ($1[.ambiguous] ?? 0) }
    text += "reprise_ambiguous_total \(ambiguous)\n"
    family(&text, "reprise_stale_outcome_total", "counter", "Outcomes and handoffs whose claim was lost.")
    text += "reprise_stale_outcome_total \(stale)\n"
    gauge(&text, "reprise_window", "Messages a channel may have under way.") { "\($0.window)" }
    gauge(&text, "reprise_under_way", "Messages a channel has under way.") { "\($0.underWay)" }
    gauge(&text, "reprise_breaker_state", "0 closed, 1 half open, 2 open, 3 stopped.") { "\($0.breaker)" }
    family(&text, "reprise_throttled_seconds_total", "counter", "Time the rate limit held messages back.")
    for (channel, lane) in lanes.sorted(by: { $0.key < $1.key }) {
      text +=
        "reprise_throttled_seconds_total{channel=\"\(Self.escaped(channel))\"} \(lane.throttledFor.inSeconds)\n"
    }
    histogram(
      &text, "reprise_handoff_to_outcome_seconds", "From the handoff to the answer.", handoffToOutcome)
    histogram(&text, "reprise_due_to_handoff_seconds", "From the due time to the handoff.", dueToHandoff)
    return text
  }

  private func family(_ text: inout String, _ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private func gauge(_ text: inout String, _ name: String, _ help: String, _ value: (Lane) -> String) {
    family(&text, name, "gauge", help)
    for (channel, lane) in lanes.sorted(by: { $0.key < $1.key }) {
      text += "\(name){channel=\"\(Self.escaped(channel))\"} \(value(lane))\n"
    }
  }

  private func histogram(_ text: inout String, _ name: String, _ help: String, _ histogram: Histogram) {
    family(&text, name, "histogram", help)
    var total = 0
    for (bound, count) in zip(Histogram.bounds, histogram.counts) {
      total += count
      text += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
    }
    total += histogram.counts.last ?? 0
    text += "\(name)_bucket{le=\"+Inf\"} \(total)\n\(name)_sum \(histogram.sum)\n\(name)_count \(total)\n"
  }

  private static func escaped(_ channel: ChannelName) -> String {
    var out = ""
    for scalar in channel.rawValue.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "\n": out += "\\n"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
