/// The state of the program, and what needs attention.
package struct StatusRequest: OperatorRequest {
  package typealias Answer = StatusAnswer
  package static let name = "status"
  package static let effect = RequestEffect.look

  package init() {}

  package static func fields(_ field: inout JSONFields<Self>) -> Self { StatusRequest() }
}

/// What the store knows, and what a running daemon adds. Times are on the shop's wall clock.
package struct StatusAnswer: JSONRecord {
  package var store: String
  package var customers: Int
  /// Visitors without an address; `nil` for none.
  package var visitors: Int?
  /// Active enrollments.
  package var enrollments: Int
  package var nextDueAt: OffsetTime?
  /// When the oldest message in flight was claimed.
  package var oldestLeaseAt: OffsetTime?
  /// By channel: first those of the configuration, then removed ones that still hold messages, with a note
  /// after the name.
  package var queues: ByName<QueueCounts>
  /// Customers with events or rows that are not planned yet.
  package var unplanned: Int
  /// `nil` while the machine's clock is trusted.
  package var clock: ClockDoubt?
  /// Quarantined work, by kind.
  package var quarantined: ByName<Int>
  package var triggers: [Trigger]
  /// The number of messages that other systems sent today; `nil` for none.
  package var sentElsewhereToday: Int?
  /// The progress of evaluating new definitions of segments for all customers; `nil` when done.
  package var evaluation: Evaluation?
  /// `nil` if no daemon runs, like the next four.
  package var daemon: Daemon?
  package var reload: Reload?
  /// Why the store cannot be written; `nil` if it can.
  package var storeFailure: String?
  package var channels: ByName<Channel>?
  /// In the order of the configuration.
  package var sources: [Source]?
  /// The ambiguous messages, if requested.
  package var ambiguous: [MessagesAnswer.Message]?

  package init(
    store: String, customers: Int, visitors: Int? = nil, enrollments: Int, nextDueAt: OffsetTime?,
    oldestLeaseAt: OffsetTime?,
    queues: ByName<QueueCounts>, unplanned: Int, clock: ClockDoubt?, quarantined: ByName<Int>,
    triggers: [Trigger], sentElsewhereToday: Int? = nil, evaluation: Evaluation? = nil, daemon: Daemon? = nil,
    reload: Reload? = nil,
    storeFailure: String? = nil, channels: ByName<Channel>? = nil, sources: [Source]? = nil,
    ambiguous: [MessagesAnswer.Message]? = nil
  ) {
    self.store = store
    self.customers = customers
    self.visitors = visitors
    self.enrollments = enrollments
    self.nextDueAt = nextDueAt
    self.oldestLeaseAt = oldestLeaseAt
    self.queues = queues
    self.unplanned = unplanned
    self.clock = clock
    self.quarantined = quarantined
    self.triggers = triggers
    self.sentElsewhereToday = sentElsewhereToday
    self.evaluation = evaluation
    self.daemon = daemon
    self.reload = reload
    self.storeFailure = storeFailure
    self.channels = channels
    self.sources = sources
    self.ambiguous = ambiguous
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    StatusAnswer(
      store: try field("store", \.store), customers: try field("customers", \.customers),
      visitors: try field.optional("visitors", \.visitors),
      enrollments: try field("enrollments", \.enrollments),
      nextDueAt: try field.nullable("next_due_at", \.nextDueAt),
      oldestLeaseAt: try field.nullable("oldest_lease_at", \.oldestLeaseAt),
      queues: try field("queues", \.queues), unplanned: try field("unplanned", \.unplanned),
      clock: try field.nullable("clock", \.clock), quarantined: try field("quarantined", \.quarantined),
      triggers: try field("triggers", \.triggers),
      sentElsewhereToday: try field.optional("sent_elsewhere_today", \.sentElsewhereToday),
      evaluation: try field.optional("segments_evaluation", \.evaluation),
      daemon: try field.optional("daemon", \.daemon),
      reload: try field.optional("reload", \.reload),
      storeFailure: try field.optional("store_failure", \.storeFailure),
      channels: try field.optional("channels", \.channels),
      sources: try field.optional("sources", \.sources),
      ambiguous: try field.optional("ambiguous", \.ambiguous))
  }
}
