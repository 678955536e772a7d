internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization
internal import Web

extension Daemon {
  /// All series of the daemon, except the web server's; all exist from the start.
  func metricFamilies() async -> [MetricFamily] {
    let shop = shop.current
    let zone = shop.program.brand.zone
    let now = wallClock()
    let today = zone.startOfDay(of: zone.civilDate(at: now))
    var families: [MetricFamily] = []

    let reload = state.withLock { $0.lastReload }
    families.append(
      MetricFamily(
        .gauge, "reprise_store_writable", "Whether the store can be written.", value: isStoreWritable ? 1 : 0)
    )
    families.append(
      MetricFamily(
        .gauge, "reprise_config_reload_success_timestamp_seconds",
        "When the configuration was last read without an error.",
        value: Double(reload.error == nil ? reload.at.milliseconds : 0) / 1000))
    families.append(
      MetricFamily(
        .gauge, "reprise_resident_memory_bytes", "Memory in use.",
        value: Double(ResourceUsage.current().residentBytes)))

    var refusals = MetricFamily(
      .counter, "reprise_intake_refusals_total", "Well-formed events, or parts of them, that were not taken.")
    let refused = intake.refusals
    for reason in IntakeRefusal.Reason.allCases {
      refusals.add(refused[reason] ?? 0, ["reason": reason.rawValue])
    }
    families.append(refusals)

    let names = intake.nameCounts
    var joins = MetricFamily(
      .counter, "reprise_joins_total",
      "What was said about ids of one person: customers joined, ids added, or why not.")
    joins.add(names.joined, ["outcome": "joined"])
    joins.add(names.added, ["outcome": "added"])
    for refusal in NameVerdict.Refusal.allCases {
      joins.add(names.refused[refusal] ?? 0, ["outcome": refusal.rawValue])
    }
    families.append(joins)

    var decisions = MetricFamily(
      .counter, "reprise_decisions_total", "Decisions since the start, by the gate that held a message back.")
    let counted = schedulerMetrics.decisions
    for trigger in shop.program.triggers.keys.sorted() {
      for verdict in VerdictKind.allCases {
        let rows = counted.filter { $0.key.trigger == trigger && $0.key.verdict == verdict }
        if rows.isEmpty {
          decisions.add(0, ["trigger": trigger.rawValue, "verdict": verdict.rawValue, "gate": ""])
        }
        for (series, count) in rows.sorted(by: {
          ($0.key.gate?.rawValue ?? "") < ($1.key.gate?.rawValue ?? "")
        }) {
          decisions.add(
            count,
            ["trigger": trigger.rawValue, "verdict": verdict.rawValue, "gate": series.gate?.rawValue ?? ""])
        }
      }
    }
    families.append(decisions)
    if let status = try? await store.read({ try $0.status(today: today) }) {
      families.append(
        MetricFamily(.gauge, "reprise_customers", "Customers in the store.", value: Double(status.customers)))
      families.append(
        MetricFamily(
          .gauge, "reprise_visitors", "Visitors without an address.", value: Double(status.visitors)))
      families.append(
        MetricFamily(
          .gauge, "reprise_enrollments_active", "Enrollments with steps still to come.",
          value: Double(status.activeEnrollments)))
      families.append(
        MetricFamily(
          .gauge, "reprise_next_due_timestamp_seconds", "When the next enrollment is due; 0 when none is.",
          value: Double(status.nextDueAt?.milliseconds ?? 0) / 1000))
      families.append(
        MetricFamily(
          .gauge, "reprise_outbox_oldest_due_timestamp_seconds",
          "The due time of the oldest queued message; 0 when none is.",
          value: Double(status.oldestQueuedAt?.milliseconds ?? 0) / 1000))
      families.append(
        MetricFamily(
          .gauge, "reprise_outbox_oldest_lease_timestamp_seconds",
          "When the message that has been under way for longest was claimed; 0 when none is.",
          value: Double((status.firstLeaseUntil.map { $0 - Dispatcher.lease })?.milliseconds ?? 0) / 1000))
      var outbox = MetricFamily(
        .gauge, "reprise_outbox_messages", "Messages in the outbox that are not finished.")
      for channel in shop.program.channels.keys.sorted() {
        for state in MessageState.allCases where !state.isFinal {
          outbox.add(
            status.queues[channel]?[state] ?? 0, ["channel": channel.rawValue, "state": state.rawValue])
        }
      }
      families.append(outbox)
    }
    families.append(
      MetricFamily(
        .gauge, "reprise_clock_doubted", "Whether the machine's clock is not believed and nothing is sent.",
        value: clock.isDoubted ? 1 : 0))
    if let unplanned = try? await store.read({ try $0.unplannedCount() }) {
      families.append(
        MetricFamily(
          .gauge, "reprise_unplanned_customers",
          "Customers whose events or rows are still to be planned for.",
          value: Double(unplanned)))
    }
    if let setAside = try? await store.read({ try $0.quarantineCounts() }) {
      var quarantined = MetricFamily(
        .gauge, "reprise_quarantined", "Work that ended the program twice and is set aside.")
      for kind in WorkKind.setAside { quarantined.add(setAside[kind] ?? 0, ["kind": kind.rawValue]) }
      families.append(quarantined)
    }
    families += sources.metricFamilies
    families += deliveryFamilies
    return families
  }

  private var deliveryFamilies: [MetricFamily] {
    let numbers = dispatcher.metrics.snapshot
    var attempts = MetricFamily(.counter, "reprise_attempts_total", "Attempts by channel and how they ended.")
    for (channel, counts) in numbers.attempts.sorted(by: { $0.key < $1.key }) {
      for outcome in OutcomeClass.allCases {
        attempts.add(counts[outcome] ?? 0, ["channel": channel.rawValue, "class": outcome.rawValue])
      }
    }
    let ambiguous = numbers.attempts.values.reduce(0) { $0 + ($1[.ambiguous] ?? 0) }
    var window = MetricFamily(.gauge, "reprise_window", "Messages a channel may have under way.")
    var underWay = MetricFamily(.gauge, "reprise_under_way", "Messages a channel has under way.")
    var breaker = MetricFamily(.gauge, "reprise_breaker_state", "0 closed, 1 half open, 2 open, 3 stopped.")
    var throttled = MetricFamily(
      .counter, "reprise_throttled_seconds_total", "Time the rate limit held messages back.")
    for (channel, lane) in numbers.lanes.sorted(by: { $0.key < $1.key }) {
      window.add(lane.window, ["channel": channel.rawValue])
      underWay.add(lane.underWay, ["channel": channel.rawValue])
      breaker.add(lane.breaker.gauge, ["channel": channel.rawValue])
      throttled.add(Double(lane.throttledFor.milliseconds) / 1000, ["channel": channel.rawValue])
    }
    var answer = MetricFamily(
      .histogram, "reprise_handoff_to_outcome_seconds", "From the handoff to the answer.")
    answer.addHistogram(
      bounds: Histogram.bounds, counts: numbers.handoffToOutcome.counts, sum: numbers.handoffToOutcome.sum)
    var delay = MetricFamily(
      .histogram, "reprise_due_to_handoff_seconds", "From the due time to the handoff.")
    delay.addHistogram(
      bounds: Histogram.bounds, counts: numbers.dueToHandoff.counts, sum: numbers.dueToHandoff.sum)
    return [
      attempts,
      MetricFamily(
        .counter, "reprise_ambiguous_total", "Attempts handed over without an answer.",
        value: Double(ambiguous)),
      MetricFamily(
        .counter, "reprise_stale_outcome_total", "Outcomes and handoffs whose claim was lost.",
        value: Double(numbers.stale)),
      window, underWay, breaker, throttled, answer, delay,
    ]
  }
}

extension BreakerState {
  /// The number in the metric's help text.
  fileprivate var gauge: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    case .stopped: 3
    }
  }
}
