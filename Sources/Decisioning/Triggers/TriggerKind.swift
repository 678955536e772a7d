package import Domain

/// What makes a trigger fire, for how long the reason stands, and everything else in which kinds of triggers differ.
///
/// A kind is a value with pure functions. It lives in a file of its own in this folder and stands in `TriggerKinds.all`;
/// nothing else has to know of it. Equal arguments give equal answers: no kind reads a clock.
package protocol TriggerKind: Sendable {
  // MARK: In a file

  /// Its keys below `when:`, and how what is read there becomes a value.
  static var form: TriggerForm { get }
  /// What fires: says in the reference whom `existing: include` reaches, and whether `spread` means something.
  static var occasion: Occasion { get }
  /// For the reference: how long a message lives without `expires_after`, as in `24h for carts`.
  static var expiryNote: String { get }
  /// Whether `ends_with` means something.
  static var takesEndsWith: Bool { get }
  /// Whether its enrollments are about orders of the customer, so that `unless` may name the same order.
  var isAboutOrders: Bool { get }
  /// What of `trigger`, which is of this kind, decides about its plans beyond what all kinds share. Part of the planning
  /// hash: texts that change make every shop plan anew.
  func planningParts(of trigger: Trigger) -> [String]
  /// Steps that can never send anything. `quietHours` are the shop's.
  func objections(to trigger: Trigger, quietHours: QuietHours?) -> [StepObjection]

  // MARK: Planning

  /// The parts of the customer's state whose change can change its plans.
  var reads: StateParts { get }
  /// Whether its plans rest on cycles learned from the orders of all customers.
  var learnsCycles: Bool { get }
  /// Whether the customer has anything that a plan could be made of; asked before a plan is made, and cheap.
  func mayConcern(_ state: CustomerState) -> Bool
  /// Every firing that the customer's state calls for; see `Planner.plan`. `reentry` is not its concern.
  func plans(in context: PlanningContext) -> [Plan]
  /// Whether the end of one enrollment lets the next be planned without any event: after the last step the scheduler
  /// plans again.
  var recurs: Bool { get }
  /// Whether an enrollment that has begun follows its plan to another time, as long as its reason stands. The others keep
  /// their time and subject, because the customer has read of them.
  var movesWhenBegun: Bool { get }

  // MARK: Deciding

  /// Why the enrollment should end; `nil` while its reason stands. An enrollment whose subject is of another kind was
  /// planned before the file changed, and is superseded.
  func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason?
  /// How late a step may be when the file does not say `expires_after`: how long the reason for the message lasts.
  var defaultExpiry: Duration { get }
  /// The end of the date that a firing is about, past which no step moves; `nil` for kinds that are about none.
  func lastMoment(firedAt: Instant) -> Instant?
  /// From when on events count for `unless`.
  ///
  /// - Parameters:
  ///   - facts: of an enrollment in `trigger`.
  func reasonBegan(_ facts: Facts, trigger: Trigger, program: Program) -> Instant

  // MARK: In messages and explanations

  /// The names that templates and conditions have beyond those of all triggers.
  var offers: [Root] { get }
  /// What one of these names holds for a firing; `nil` for any other name, and where there is nothing.
  func value(of name: String, in scope: Scope) -> Value?
  /// Every answer that `lack` gives.
  static var lacks: [Lack] { get }
  /// What the customer would need for it to fire; `nil` when that is not it.
  func lack(in state: CustomerState) -> Lack?
  /// What a preview is about when no firing can be planned; `nil` when the customer has nothing of that sort.
  func example(for state: CustomerState, now: Instant) -> Subject?
  /// What a preview needs, as in `an order`.
  var need: String { get }
}

extension TriggerKind {
  package static var takesEndsWith: Bool { false }
  package func objections(to trigger: Trigger, quietHours: QuietHours?) -> [StepObjection] { [] }
  package var learnsCycles: Bool { false }
  package var movesWhenBegun: Bool { false }
  package func reasonBegan(_ facts: Facts, trigger: Trigger, program: Program) -> Instant {
    facts.enrollment.firesAt
  }
}

/// What makes a kind of trigger fire.
package enum Occasion: Sendable {
  /// Something that happens at a moment: `a cart`.
  case moment(String)
  /// Something that holds from a moment on, as a participle: customers who have `lapsed`.
  case state(String)

  package var isState: Bool { if case .state = self { true } else { false } }
}

/// Why a step of a trigger can never send anything.
package struct StepObjection: Sendable {
  /// The step's place in the trigger, from 0.
  package var step: Int
  package var message: String
  package var hint: String

  package init(step: Int, message: String, hint: String) {
    self.step = step
    self.message = message
    self.hint = hint
  }
}

/// What is computed from a customer's state at most once while several questions are asked about it.
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
