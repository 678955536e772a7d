import Configuration
import Decisioning
import Domain
import Templates
import Testing

/// `{member_for: 30d}`: fires so long after the customer joined. A kind of trigger that the program does not have, all of
/// it in this file.
private struct MembershipRule: TriggerKind {
  var after: Duration

  static let form = TriggerForm(.duration("member_for", example: "30d", "So long since the customer joined."))
  {
    MembershipRule(after: $0)
  }
  static let occasion = Occasion.state("joined")
  static let expiryNote = "2d for memberships"
  var isAboutOrders: Bool { false }
  func planningParts(of trigger: Trigger) -> [String] { ["member_for", after.written] }

  var reads: StateParts { [.customer] }
  func mayConcern(_ state: CustomerState) -> Bool { state.customer.joinedAt != nil }
  var recurs: Bool { false }

  func plans(in context: PlanningContext) -> [Plan] {
    context.state.customer.joinedAt.flatMap { context.state("membership", firesAt: $0 + after, .customer) }
      .map { [$0] } ?? []
  }

  func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    guard case .customer = enrollment.subject else { return .superseded }
    return state.customer.joinedAt == nil ? .cancelled : nil
  }

  var defaultExpiry: Duration { .days(2) }
  func lastMoment(firedAt: Instant) -> Instant? { nil }

  private static let membership = Root("membership") { .object(["days": .scalar]) }
  var offers: [Root] { [Self.membership] }

  func value(of name: String, in scope: Scope) -> Value? {
    guard name == Self.membership.name, let joinedAt = scope.state.customer.joinedAt else { return nil }
    let days = (scope.now - joinedAt).milliseconds / Duration.days(1).milliseconds
    return .object(["days": .integer(days)])
  }

  static let unknown = Lack("membership", "it is not known when this customer joined")
  static let lacks = [unknown]
  func lack(in state: CustomerState) -> Lack? { state.customer.joinedAt == nil ? Self.unknown : nil }

  func example(for state: CustomerState, now: Instant) -> Subject? {
    state.customer.joinedAt == nil ? nil : .customer
  }

  var need: String { "a membership" }
}

/// What a kind of trigger takes: one file and one entry in a list.
struct NewKindTests {
  /// The entry.
  private static let kinds = TriggerKinds.all + [MembershipRule.self]

  private static let start = Instant(milliseconds: 1_772_000_000_000)

  private func shop(when: String = "{member_for: 30d}", _ lines: String...) -> ShopDirectory {
    let shop = ShopDirectory()
    let text =
      ["trigger: thanks", "when: \(when)"] + lines
      + ["steps: [{channel: email, template: thanks/note}]", ""]
    shop.write("triggers/thanks.yaml", text.joined(separator: "\n"))
    shop.write(
      "templates/thanks/note.html.liquid",
      "---\nsubject: Thanks\n---\n<p>{{ membership.days }} days {{ unsubscribe_url }}</p>\n")
    return shop
  }

  private func program(_ shop: ShopDirectory) throws -> Program {
    try #require(shop.load(kinds: Self.kinds).loaded?.draft)
      .program(linkKey: .init(id: "a", secret: Array(repeating: 7, count: 32)), holdoutSalt: "salt")
  }

  private func state(joinedAt: Instant?) -> CustomerState {
    var customer = Customer(key: CustomerKey(1), id: "ann")
    customer.email = "ann@mail.example"
    customer.joinedAt = joinedAt
    return CustomerState(customer: customer)
  }

  private func changes(
    _ program: Program, _ state: CustomerState, at now: Instant
  ) throws
    -> [EnrollmentChange]
  {
    let trigger = try #require(program.triggers["thanks"])
    return Planner.replan(
      trigger: trigger, state: state, catalog: Catalog(), program: program, enabledAt: Self.start, now: now)
  }

  private func enrolled(_ program: Program) throws -> CustomerState {
    var state = state(joinedAt: Self.start)
    guard case .enroll(let enrollment)? = try changes(program, state, at: Self.start).first else {
      throw Failure()
    }
    state.enrollments = [enrollment]
    return state
  }

  private struct Failure: Error {}

  @Test func `a file is read by the kind's form`() throws {
    let trigger = try #require(try program(shop("audience: membership.days >= 30")).triggers["thanks"])
    #expect((trigger.when as? MembershipRule)?.after == .days(30))
    #expect(trigger.expiresAfter == .days(2))
    #expect(trigger.when.reads == [.customer])
  }

  @Test func `mistakes in it are found, by the names and keys of the kind`() {
    func headlines(_ shop: ShopDirectory, _ kinds: [any TriggerKind.Type] = Self.kinds) -> [String] {
      shop.load(kinds: kinds).report.diagnostics.map { $0.headline.replacing(shop.path, with: "config") }
    }
    #expect(
      headlines(shop("audience: membership.dayz >= 30")) == [
        "config/triggers/thanks.yaml:3:22: error: unknown property 'dayz' of 'membership'; did you mean 'days'?"
      ])
    #expect(
      headlines(shop(when: "{member_for: 30}")) == [
        "config/triggers/thanks.yaml:2:20: error: 'member_for' needs a unit; write 30s, 30m, 30h or 30d"
      ])
    #expect(
      headlines(shop("spread: 3d")) == [
        "config/triggers/thanks.yaml:3:9: error: nobody is there to be spread: those who had joined before are left alone; add existing: include, or remove it"
      ])
    #expect(
      headlines(shop(when: "{event: quiz}", "spread: 3d")).contains(
        "config/triggers/thanks.yaml:3:9: error: 'spread' is for lapsed and member_for alone: of other triggers each firing keeps its own time; remove it"
      ))
    #expect(
      headlines(shop("ends_with: cart")) == [
        "config/triggers/thanks.yaml:3:12: error: 'ends_with' says which order ends the recovery of a cart; remove it"
      ])
    #expect(
      headlines(shop(), TriggerKinds.all).contains {
        $0.contains("unknown key 'member_for' in trigger")
      })
  }

  @Test func `it is planned, decided and composed`() throws {
    let program = try program(shop("audience: membership.days >= 30"))
    #expect(try changes(program, state(joinedAt: nil), at: Self.start).isEmpty)
    let state = try enrolled(program)
    let due = Self.start + .days(30)
    #expect(state.enrollments[0].nextDueAt == due)
    let facts = Facts(enrollment: state.enrollments[0], state: state)
    let settlement = Decider.settle(facts: facts, program: program, now: due)
    #expect(settlement.message?.content.html?.contains("30 days") == true)
    #expect(settlement.enrollment.state == .completed)
  }

  @Test func `it ends when its reason is gone`() throws {
    let program = try program(shop())
    var state = try enrolled(program)
    state.customer.joinedAt = nil
    let enrollment = state.enrollments[0]
    #expect(
      try changes(program, state, at: Self.start) == [.end(key: enrollment.key, .cancelled)])
    let settlement = Decider.settle(
      facts: Facts(enrollment: enrollment, state: state), program: program, now: Self.start + .days(30))
    #expect(settlement.decision?.verdict.gate == .exitCondition)
    #expect(settlement.enrollment.endReason == .cancelled)
  }

  @Test func `explain forecasts it, and says what is missing`() throws {
    let program = try program(shop())
    func explanation(_ state: CustomerState) throws -> TriggerExplanation {
      let explanation = Explainer.explain(
        ExplanationFacts(state: state, enabledAt: ["thanks": Self.start]), program: program,
        now: Self.start, only: "thanks")
      return try #require(explanation.triggers.first)
    }
    let forecast = try explanation(enrolled(program)).enrollments.first?.forecast
    #expect(forecast?.map(\.at) == [Self.start + .days(30)])
    #expect(forecast?.map(\.verdict) == [.send])
    #expect(try explanation(state(joinedAt: nil)).absence == .noOccasion(MembershipRule.unknown))
  }

  @Test func `preview shows it, or makes up what it needs and says so`() throws {
    let program = try program(shop())
    func preview(_ joinedAt: Instant?) -> Result<Preview, Preview.Problem> {
      Preview.compose(
        template: "thanks/note", state: state(joinedAt: joinedAt), catalog: Catalog(), program: program,
        now: Self.start + .days(3))
    }
    #expect(try preview(Self.start).get().content.html?.contains("3 days") == true)
    #expect(try preview(Self.start).get().sample == nil)
    let sample = try preview(nil).get()
    #expect(sample.content.html?.contains("400 days") == true)
    #expect(sample.sample == .occasion(lacks: "a membership"))
  }

  @Test func `what it plans by is part of the planning hash`() throws {
    func hash(_ shop: ShopDirectory) throws -> String? {
      try program(shop).triggers["thanks"]?.planningHash
    }
    let original = try hash(shop())
    #expect(try hash(shop("audience: membership.days >= 30")) == original)
    #expect(try hash(shop(when: "{member_for: 31d}")) != original)
  }
}
