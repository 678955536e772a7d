package import Domain

extension ExplainAnswer {
  /// One customer in one trigger for one occurrence.
  package struct Enrollment: JSONRecord {
    package var occurrence: String
    /// `order o-1`.
    package var about: String
    package var state: EnrollmentState
    package var firesAt: OffsetTime
    /// Why it ended before its last step.
    package var endReason: EndReason?
    package var nextDueAt: OffsetTime?
    /// The oldest first.
    package var decisions: [Decision]
    /// What the remaining steps would become if nothing changed.
    package var next: [Forecast]
    /// Orders that would have stopped a message but arrived after it.
    package var lateOrders: [LateOrder]
    /// Messages that other systems sent.
    package var elsewhere: [Elsewhere]

    package init(
      occurrence: String, about: String, state: EnrollmentState, firesAt: OffsetTime,
      endReason: EndReason? = nil, nextDueAt: OffsetTime? = nil, decisions: [Decision], next: [Forecast],
      lateOrders: [LateOrder], elsewhere: [Elsewhere] = []
    ) {
      self.occurrence = occurrence
      self.about = about
      self.state = state
      self.firesAt = firesAt
      self.endReason = endReason
      self.nextDueAt = nextDueAt
      self.decisions = decisions
      self.next = next
      self.lateOrders = lateOrders
      self.elsewhere = elsewhere
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Enrollment(
        occurrence: try field("occurrence", \.occurrence), about: try field("about", \.about),
        state: try field("state", \.state), firesAt: try field("fires_at", \.firesAt),
        endReason: try field.optional("end_reason", \.endReason),
        nextDueAt: try field.optional("next_due_at", \.nextDueAt),
        decisions: try field("decisions", \.decisions), next: try field("next", \.next),
        lateOrders: try field("late_orders", \.lateOrders),
        elsewhere: try field.list("elsewhere", \.elsewhere))
    }
  }

  /// A message that another system sent.
  package struct Elsewhere: JSONRecord {
    /// `nil` for a message that belongs to no trigger.
    package var step: StepID?
    package var at: OffsetTime
    package var channel: ChannelName
    package var subject: String?
    /// The other system's name.
    package var source: String

    package init(step: StepID?, at: OffsetTime, channel: ChannelName, subject: String?, source: String) {
      self.step = step
      self.at = at
      self.channel = channel
      self.subject = subject
      self.source = source
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Elsewhere(
        step: try field.optional("step", \.step), at: try field("at", \.at),
        channel: try field("channel", \.channel), subject: try field.optional("subject", \.subject),
        source: try field("source", \.source))
    }
  }

  /// The expected result of one step.
  package struct Forecast: JSONRecord {
    package var step: StepID
    package var at: OffsetTime
    package var verdict: VerdictKind
    /// For `send`; `nil` otherwise.
    package var channel: ChannelName?
    package var follows: Following?
    /// The gate that stops it; `nil` for `send`.
    package var heldBy: GateAnswer?
    /// The gate that holds each channel, if the step was tried on several.
    package var channels: [GateAnswer]

    package init(
      step: StepID, at: OffsetTime, verdict: VerdictKind, channel: ChannelName? = nil,
      follows: Following? = nil, heldBy: GateAnswer? = nil, channels: [GateAnswer] = []
    ) {
      self.step = step
      self.at = at
      self.verdict = verdict
      self.channel = channel
      self.follows = follows
      self.heldBy = heldBy
      self.channels = channels
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Forecast(
        step: try field("step", \.step), at: try field("at", \.at), verdict: try field("verdict", \.verdict),
        channel: try field.optional("channel", \.channel), follows: try field.optional("follows", \.follows),
        heldBy: try field.optional("held_by", \.heldBy), channels: try field.list("channels", \.channels))
    }
  }

  /// The step whose delay moves another one, and the distance kept between the two.
  package struct Following: JSONRecord {
    package var step: StepID
    /// `1d 2h`.
    package var distance: String

    package init(step: StepID, distance: String) {
      self.step = step
      self.distance = distance
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Following(step: try field("step", \.step), distance: try field("distance", \.distance))
    }
  }

  /// An order placed before a message was decided, but reported after it.
  package struct LateOrder: JSONRecord {
    package var order: String
    package var placedAt: OffsetTime
    package var knownAt: OffsetTime
    package var step: StepID
    package var messageAt: OffsetTime

    package init(
      order: String, placedAt: OffsetTime, knownAt: OffsetTime, step: StepID, messageAt: OffsetTime
    ) {
      self.order = order
      self.placedAt = placedAt
      self.knownAt = knownAt
      self.step = step
      self.messageAt = messageAt
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      LateOrder(
        order: try field("order", \.order), placedAt: try field("placed_at", \.placedAt),
        knownAt: try field("known_at", \.knownAt), step: try field("step", \.step),
        messageAt: try field("message_at", \.messageAt))
    }
  }
}
