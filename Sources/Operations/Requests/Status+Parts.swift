package import Domain

/// The unfinished messages of one channel, by state.
package struct QueueCounts: JSONRepresentable {
  private static let states = MessageState.allCases.filter { !$0.isFinal }
  private var counts: [MessageState: Int] = [:]

  /// Counts of other states are ignored.
  package init(_ counts: [MessageState: Int]) {
    for state in Self.states { self.counts[state] = counts[state] ?? 0 }
  }

  package subscript(state: MessageState) -> Int { counts[state] ?? 0 }

  package var json: JSON {
    .object(JSONObject(members: Self.states.map { .init(key: $0.rawValue, value: self[$0].json) }))
  }

  package init(json: JSON) throws(JSONMismatch) {
    let numbers = try ByName<Int>(json: json)
    var counts: [MessageState: Int] = [:]
    for state in Self.states { counts[state] = numbers[state.rawValue] }
    self.init(counts)
  }
}

/// How far the machine's clock is from the store's time.
package struct ClockDoubt: JSONRecord {
  /// Positive if the machine's clock is ahead.
  package var offBySeconds: Int64
  /// How long decisions stay suspended unless the clock is corrected.
  package var doubtedForSeconds: Int64

  package init(offBySeconds: Int64, doubtedForSeconds: Int64) {
    self.offBySeconds = offBySeconds
    self.doubtedForSeconds = doubtedForSeconds
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ClockDoubt(
      offBySeconds: try field("off_by_seconds", \.offBySeconds),
      doubtedForSeconds: try field("doubted_for_seconds", \.doubtedForSeconds))
  }
}

extension StatusAnswer {
  package struct Trigger: JSONRecord {
    package var trigger: TriggerID
    package var isPaused: Bool
    /// Whether it is being re-planned.
    package var isPlanning: Bool
    package var nextDueAt: OffsetTime?
    package var sentToday: Int
    package var failedToday: Int
    package var skippedToday: Int
    package var withheldToday: Int

    package init(
      trigger: TriggerID, isPaused: Bool, isPlanning: Bool, nextDueAt: OffsetTime?, sentToday: Int,
      failedToday: Int, skippedToday: Int, withheldToday: Int
    ) {
      self.trigger = trigger
      self.isPaused = isPaused
      self.isPlanning = isPlanning
      self.nextDueAt = nextDueAt
      self.sentToday = sentToday
      self.failedToday = failedToday
      self.skippedToday = skippedToday
      self.withheldToday = withheldToday
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Trigger(
        trigger: try field("trigger", \.trigger), isPaused: try field("paused", \.isPaused),
        isPlanning: try field("planning", \.isPlanning),
        nextDueAt: try field.nullable("next_due_at", \.nextDueAt),
        sentToday: try field("sent_today", \.sentToday),
        failedToday: try field("failed_today", \.failedToday),
        skippedToday: try field("skipped_today", \.skippedToday),
        withheldToday: try field("withheld_today", \.withheldToday))
    }
  }

  package struct Daemon: JSONRecord {
    package var pid: Int32
    package var since: OffsetTime
    /// Messages in flight.
    package var underWay: Int
    /// The directory that receives every message as a file instead of sending; `nil` if each channel does as
    /// configured.
    package var capture: String?

    package init(pid: Int32, since: OffsetTime, underWay: Int, capture: String? = nil) {
      self.capture = capture
      self.pid = pid
      self.since = since
      self.underWay = underWay
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Daemon(
        pid: try field("pid", \.pid), since: try field("since", \.since),
        underWay: try field("under_way", \.underWay), capture: try field.optional("capture", \.capture))
    }
  }

  /// The last reading of the configuration.
  package struct Reload: JSONRecord {
    package var at: OffsetTime
    /// `nil` if it succeeded.
    package var error: String?
    /// Changed keys of `reprise.yaml` that take effect only after a restart.
    package var restartNeeded: [String]

    package init(at: OffsetTime, error: String?, restartNeeded: [String]) {
      self.at = at
      self.error = error
      self.restartNeeded = restartNeeded
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Reload(
        at: try field("at", \.at), error: try field.nullable("error", \.error),
        restartNeeded: try field("restart_needed", \.restartNeeded))
    }
  }

  package struct Channel: JSONRecord {
    package var state: BreakerState
    package var underWay: Int
    /// The maximum number of messages in flight.
    package var window: Int

    package init(state: BreakerState, underWay: Int, window: Int) {
      self.state = state
      self.underWay = underWay
      self.window = window
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Channel(
        state: try field("state", \.state), underWay: try field("under_way", \.underWay),
        window: try field("window", \.window))
    }
  }
}
