package import Domain

/// Which messages a customer gets, got or does not get, and why.
package struct ExplainRequest: OperatorRequest {
  package typealias Answer = ExplainAnswer
  package static let name = "explain"
  package static let effect = RequestEffect.look
  package static let isAboutConfiguration = true

  /// The shop's id.
  package var customer: String
  /// The only trigger to explain; `nil` for all.
  package var trigger: TriggerID?

  package init(customer: String, trigger: TriggerID? = nil) {
    self.customer = customer
    self.trigger = trigger
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ExplainRequest(
      customer: try field.given("customer", \.customer), trigger: try field.optional("trigger", \.trigger))
  }
}

/// An explanation for display; times are on the customer's wall clock.
package struct ExplainAnswer: JSONRecord {
  /// The shop's id.
  package var customer: String
  /// Other ids of the customer.
  package var names: [String]
  package var at: OffsetTime
  /// The name of the customer's time zone.
  package var zone: String
  package var triggers: [Trigger]
  /// `nil` while the machine's clock is trusted.
  package var clock: ClockDoubt?
  /// Quarantined work about the customer.
  package var quarantine: [QuarantineItem]
  /// How many of the oldest decisions were left out because there are too many to show and none of the enrollments
  /// shown has them; usually 0.
  package var leftOutDecisions: Int
  /// How many of the oldest messages of the outbox are left out.
  package var leftOutMessages: Int
  /// Messages of other systems that belong to no trigger but count for caps, the oldest first.
  package var elsewhere: [Elsewhere]
  /// Sorted by name.
  package var segments: [Segment]
  package var measures: [Measure]

  package init(
    customer: String, names: [String] = [], at: OffsetTime, zone: String, triggers: [Trigger],
    clock: ClockDoubt? = nil, quarantine: [QuarantineItem] = [], leftOutDecisions: Int = 0,
    leftOutMessages: Int = 0, elsewhere: [Elsewhere] = [],
    segments: [Segment] = [], measures: [Measure] = []
  ) {
    self.customer = customer
    self.names = names
    self.at = at
    self.zone = zone
    self.triggers = triggers
    self.clock = clock
    self.quarantine = quarantine
    self.leftOutDecisions = leftOutDecisions
    self.leftOutMessages = leftOutMessages
    self.elsewhere = elsewhere
    self.segments = segments
    self.measures = measures
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ExplainAnswer(
      customer: try field("customer", \.customer), names: try field.list("names", \.names),
      at: try field("at", \.at), zone: try field("zone", \.zone),
      triggers: try field("triggers", \.triggers), clock: try field.optional("clock", \.clock),
      quarantine: try field.list("quarantine", \.quarantine),
      leftOutDecisions: try field.optional("left_out_decisions") {
        $0.leftOutDecisions > 0 ? $0.leftOutDecisions : nil
      } ?? 0,
      leftOutMessages: try field.optional("left_out_messages") {
        $0.leftOutMessages > 0 ? $0.leftOutMessages : nil
      } ?? 0, elsewhere: try field.list("elsewhere", \.elsewhere),
      segments: try field.list("segments", \.segments), measures: try field.list("measures", \.measures))
  }
}

extension ExplainAnswer {
  /// One trigger for this customer.
  package struct Trigger: JSONRecord {
    package var trigger: TriggerID
    package var isPaused: Bool
    /// In the order they were planned.
    package var enrollments: [Enrollment]
    /// Why nothing is planned; `nil` if something is.
    package var nothingComes: Absence?

    package init(trigger: TriggerID, isPaused: Bool, enrollments: [Enrollment], nothingComes: Absence?) {
      self.trigger = trigger
      self.isPaused = isPaused
      self.enrollments = enrollments
      self.nothingComes = nothingComes
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Trigger(
        trigger: try field("trigger", \.trigger), isPaused: try field("paused", \.isPaused),
        enrollments: try field("enrollments", \.enrollments),
        nothingComes: try field.optional("nothing_comes", \.nothingComes))
    }
  }
}
