internal import Synchronization

/// Counts the listener's work. Thread-safe.
final class WebCounters: Sendable {
  /// The result for a received event.
  enum EventOutcome: String, CaseIterable {
    case stored, duplicate, refused
  }

  enum UnsubscribeOutcome: String, CaseIterable {
    case done, repeated, unknown, failed, test
  }

  private struct Numbers {
    var answers: [ExactText: [Int: Int]] = [:]
    var events: [EventOutcome: Int] = [:]
    var unusedFields = 0
    var unsubscribes: [UnsubscribeOutcome: Int] = [:]
    var hooks: [HookPlatform: [HookOutcome: Int]] = [:]
    var ingestCounts = [Int](repeating: 0, count: WebCounters.bounds.count + 1)
    var ingestSeconds = 0.0
    var refusedConnections: @Sendable () -> Int = { 0 }
  }

  /// Upper bounds in seconds.
  private static let bounds: [Double] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

  private let numbers = Mutex(Numbers())

  func answered(_ route: Route?, status: Int) {
    let label = route?.label ?? Route.unknownLabel
    numbers.withLock { $0.answers[label, default: [:]][status, default: 0] += 1 }
  }

  func decoded(_ decoded: DecodedEvents, stored: Int, duplicates: Int) {
    numbers.withLock { numbers in
      numbers.unusedFields += decoded.unused
      for (outcome, count) in [
        (.stored, stored), (.duplicate, duplicates), (.refused, decoded.refused),
      ] as [(EventOutcome, Int)] {
        numbers.events[outcome, default: 0] += count
      }
    }
  }

  func hooked(_ platform: HookPlatform, _ outcome: HookOutcome) {
    numbers.withLock { $0.hooks[platform, default: [:]][outcome, default: 0] += 1 }
  }

  func ingestTook(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let value = Double(seconds) + Double(attoseconds) / 1e18
    numbers.withLock { numbers in
      numbers.ingestCounts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
      numbers.ingestSeconds += value
    }
  }

  func unsubscribed(_ outcome: UnsubscribeOutcome) {
    numbers.withLock { $0.unsubscribes[outcome, default: 0] += 1 }
  }

  /// Sets the source of the number of refused connections, which the listener itself counts; call once it listens.
  func countRefused(_ count: @escaping @Sendable () -> Int) {
    numbers.withLock { $0.refusedConnections = count }
  }

  /// Includes every series from the start, at 0, so that a rate covers the first increase.
  var families: [MetricFamily] {
    let numbers = numbers.withLock { $0 }
    var answers = MetricFamily(
      .counter, "reprise_http_responses_total", "Answers of the web listener by route and status.")
    for route in Route.labels {
      var statuses = numbers.answers[route] ?? [:]
      statuses[route == Route.unknownLabel ? 404 : 200, default: 0] += 0
      for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
        answers.add(count, ["route": route, "status": "\(status)"])
      }
    }
    var events = MetricFamily(
      .counter, "reprise_events_total", "Events sent to the web listener by what became of them.")
    for outcome in EventOutcome.allCases {
      events.add(numbers.events[outcome] ?? 0, ["outcome": outcome.rawValue])
    }
    let unused = MetricFamily(
      .counter, "reprise_event_fields_unused_total",
      "Fields left out of events that were kept without them, such as consent for a channel that does not exist.",
      value: Double(numbers.unusedFields))
    var unsubscribes = MetricFamily(
      .counter, "reprise_unsubscribes_total", "Unsubscribe links that were used, by what became of it.")
    for outcome in UnsubscribeOutcome.allCases {
      unsubscribes.add(numbers.unsubscribes[outcome] ?? 0, ["outcome": outcome.rawValue])
    }
    var hooks = MetricFamily(
      .counter, "reprise_hook_deliveries_total",
      "Deliveries of shop systems to /v1/hooks/ by platform and what became of them.")
    for platform in HookPlatform.allCases {
      for outcome in HookOutcome.allCases {
        hooks.add(
          numbers.hooks[platform]?[outcome] ?? 0,
          ["platform": platform.rawValue, "outcome": outcome.rawValue])
      }
    }
    var ingest = MetricFamily(
      .histogram, "reprise_ingest_seconds", "Time from a whole request of events to its answer.")
    ingest.addHistogram(bounds: Self.bounds, counts: numbers.ingestCounts, sum: numbers.ingestSeconds)
    let refused = MetricFamily(
      .counter, "reprise_http_connections_refused_total",
      "Connections answered 429, one too many of their address.", value: Double(numbers.refusedConnections()))
    return [answers, events, unused, hooks, unsubscribes, ingest, refused]
  }
}
