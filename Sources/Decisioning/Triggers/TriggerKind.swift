package import Domain
package import Templates

/// When a trigger fires, how long its reason stands, and everything else that differs between kinds of triggers.
///
/// A kind is a value with pure functions, in its own file in this folder and listed in `TriggerKinds.all`; nothing
/// else needs to know about it. Equal arguments give equal answers: no kind reads a clock.
package protocol TriggerKind: Sendable {
  // MARK: In a file

  /// Its keys below `when:`, and how their values build the kind.
  static var form: TriggerForm { get }
  /// What makes it fire. Determines in the reference whom `existing: include` reaches, and whether `spread`
  /// applies.
  static var occasion: Occasion { get }
  /// For the reference: how long a message lives without `expires_after`, as in `24h for carts`.
  static var expiryNote: String { get }
  /// Whether `ends_with` applies.
  static var takesEndsWith: Bool { get }
  /// Whether its enrollments are about the customer's orders, so that `unless` may require the same order.
  var isAboutOrders: Bool { get }
  /// The parts of `trigger`, which is of this kind, that affect its plans beyond those common to all kinds.
  /// Included in the planning hash: changing these texts makes every shop re-plan.
  func planningParts(of trigger: Trigger) -> [String]
  /// Steps that can never send anything. `quietHours` are the shop's.
  func objections(to trigger: Trigger, quietHours: QuietHours?) -> [StepObjection]

  // MARK: Planning

  /// The parts of the customer's state that affect its plans.
  var reads: StateParts { get }
  /// The condition on what fires it; `nil` if it has none.
  var condition: Condition? { get }
  /// Whether its plans depend on cycles learned from the orders of all customers.
  var learnsCycles: Bool { get }
  /// Whether a plan for the customer is possible; a cheap check before planning.
  func mayConcern(_ state: CustomerState) -> Bool
  /// All firings for the customer's state; see `Planner.plan`. Need not consider `reentry`.
  func plans(in context: PlanningContext) -> [Plan]
  /// Whether the end of one enrollment allows the next without any event: then the scheduler plans again after the
  /// last step.
  var recurs: Bool { get }
  /// Whether an enrollment that has begun follows its plan to another time while its reason stands. Otherwise it keeps
  /// its time and subject, because the customer has read about them.
  var movesWhenBegun: Bool { get }

  /// The occurrence and subject that a plan would have for the subject of another system's message; `nil` if neither
  /// `told` nor the time of sending determines them.
  ///
  /// - Parameter told: the other system's id of an order, a cart or a year, or a whole occurrence.
  func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)?

  // MARK: Deciding

  /// Why the enrollment should end; `nil` while its reason stands. An enrollment with a subject of another kind was
  /// planned under an earlier configuration, and is superseded.
  func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason?
  /// How late a step may be without `expires_after`: as long as the reason for the message lasts.
  var defaultExpiry: Duration { get }
  /// The end of the date that a firing is about, past which no step moves; `nil` for kinds without a date.
  func lastMoment(firedAt: Instant) -> Instant?
  /// The time from which events count for `unless`.
  ///
  /// - Parameters:
  ///   - facts: of an enrollment in `trigger`.
  func reasonBegan(_ facts: Facts, trigger: Trigger, program: Program) -> Instant

  // MARK: In messages and explanations

  /// The names for templates and conditions besides the common ones.
  var offers: [Root] { get }
  /// The value of one of these names for a firing; `nil` for any other name, and if there is no value.
  func value(of name: String, in scope: Scope) -> Value?
  /// All possible results of `lack`.
  static var lacks: [Lack] { get }
  /// What the customer would need for it to fire; `nil` if that is not the reason.
  func lack(in state: CustomerState) -> Lack?
  /// The newest occasion that would have fired it, if a condition of the kind refuses it.
  func refusal(in context: PlanningContext) -> Refusal?
  /// The shop's own event whose properties templates and conditions can use; `nil` if the trigger has none.
  var ownEvent: EventName? { get }
  /// One sample for each set of names that triggers of the kind offer.
  static var samples: [KindSample] { get }
  /// Adds to a made-up customer, who has an order, a cart and days to celebrate, whatever else the kind needs
  /// to fire.
  func complete(_ state: inout CustomerState, now: Instant)
  /// The subject of a preview when no firing can be planned; `nil` if the customer has none.
  func example(for state: CustomerState, now: Instant) -> Subject?
  /// What a preview needs, as in `an order`.
  var need: String { get }
}

extension TriggerKind {
  package static var takesEndsWith: Bool { false }
  package var ownEvent: EventName? { nil }
  package func refusal(in context: PlanningContext) -> Refusal? { nil }
  package static var samples: [KindSample] { [] }
  package func complete(_ state: inout CustomerState, now: Instant) {}
  package func objections(to trigger: Trigger, quietHours: QuietHours?) -> [StepObjection] { [] }
  package var condition: Condition? { nil }
  package var learnsCycles: Bool { false }
  package var movesWhenBegun: Bool { false }
  package func reasonBegan(_ facts: Facts, trigger: Trigger, program: Program) -> Instant {
    facts.enrollment.firesAt
  }
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    told.map { ($0, .customer) }
  }
}

/// A trigger that shows which names its kind offers.
package struct KindSample: Sendable {
  package var kind: any TriggerKind
  /// For the reference: which triggers of the kind offer these names; `nil` if all do.
  package var note: String?

  package init(_ kind: any TriggerKind, note: String? = nil) {
    self.kind = kind
    self.note = note
  }
}

/// What fires a kind of trigger.
package enum Occasion: Sendable {
  /// An event at one moment: `a cart`.
  case moment(String)
  /// A lasting state, as a participle: customers who have `lapsed`.
  case state(String)

  package var isState: Bool { if case .state = self { true } else { false } }
}

/// Why a step of a trigger can never send anything.
package struct StepObjection: Sendable {
  /// The step's index in the trigger.
  package var step: Int
  package var message: String
  package var hint: String

  package init(step: Int, message: String, hint: String) {
    self.step = step
    self.message = message
    self.hint = hint
  }
}

/// Values computed from a customer's state at most once, for several questions about it.
package struct DerivedFacts {
  private var known: Purchases?

  package init() {}

  /// - Parameter orders: the same at every call.
  mutating func purchases(of orders: [Order]) -> Purchases {
    if let known { return known }
    let purchases = Purchases(of: orders)
    known = purchases
    return purchases
  }
}
