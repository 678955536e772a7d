import Decisioning
import Domain
import Support
import Testing

/// What an answer before the wire means for a message and its step, where the daemon and the simulation follow it.
struct ClearanceTests {
  private static let noon = TimeZoneRules.shanghai.instant("2026-03-01 12:00")
  private static let program = Program.shop([.cartRecovery])
  private static let message = ClaimedMessage(
    key: 1, uid: "1", enrollment: 1, token: ClaimToken(bytes: []), attempt: 1, trigger: "cart_recovery",
    customer: CustomerKey(1), channel: "email", step: "reminder", dueAt: noon, expiresAt: noon + .hours(1),
    content: MessageContent(to: "ann@mail.example", text: "Text", purpose: .marketing))

  private static func decision(_ verdict: Verdict) -> Decision { Decision(verdict: verdict, trace: []) }

  @Test func `only a message that reached nobody has its step decided again`() {
    func found(_ verdict: Verdict) -> Clearance { Clearance(heldBy: Self.decision(verdict)) }
    let (night, late) = (
      Verdict.defer(until: Self.noon, .quietHours), Verdict.skip(.expired, endsEnrollment: false)
    )
    let barred = Verdict.skip(.suppressed, endsEnrollment: false)
    let gone = Verdict.skip(.exitCondition, endsEnrollment: true)
    #expect(found(night) == .waits(Self.decision(night)))
    #expect(found(late) == .ends(.init(.overdue, Self.decision(late), .no)))
    #expect(found(barred) == .ends(.init(.suppressed, Self.decision(barred), .onOtherChannel)))
    #expect(found(gone) == .ends(.init(.reasonGone, Self.decision(gone), .no)))
  }

  @Test func `what may have been delivered waits for its address, or ends without another`() {
    let waits = Self.decision(.defer(until: Self.noon, .noAddress))
    let other = Self.decision(.skip(.noConsent, endsEnrollment: false))
    #expect(
      Clearance.Ending(.replaced, waits, .onOtherChannel).withoutReplacement == .waits(waits))
    #expect(
      Clearance.Ending(.replaced, other, .asItIsNow).withoutReplacement
        == .ends(.init(.reasonGone, other, .no)))
  }

  @Test func `nobody has to claim it for its expiry, at that very moment`() {
    func ending(_ now: Instant) -> Clearance.Ending? {
      .overdue(dueAt: Self.noon, expiresAt: Self.noon + .hours(1), now: now)
    }
    #expect(ending(Self.noon + .hours(1) - .milliseconds(1)) == nil)
    #expect(ending(Self.noon + .hours(1))?.fact == .overdue)
  }

  @Test
  func `only a channel that is gone strands its messages, and their steps are decided as the file is now`() {
    #expect(Clearance.Ending.stranded(on: "email", Self.program) == nil)
    var without = Self.program
    without.channels["email"] = nil
    let ending = Clearance.Ending.stranded(on: "email", without)
    #expect(ending?.fact == .channelRemoved)
    #expect(ending?.reopening == .asItIsNow)
    #expect(ending?.decision.verdict == .skip(.noAddress, endsEnrollment: false))
  }

  @Test func `a new address is refused only while it is suppressed`() {
    var gates = WireGates(program: Self.program, paused: [], now: Self.noon)
    let free = gates.redirect(Self.message, to: "new@mail.example", suppression: nil)
    let barred = gates.redirect(Self.message, to: "new@mail.example", suppression: .badAddress)
    #expect(free == .goes(to: "new@mail.example"))
    #expect(barred.ending?.fact == .suppressed)
    #expect(barred.ending?.reopening == .onOtherChannel)
  }

  @Test func `the rules of a trigger that was gone for a while are compared with those of before`() {
    var rules = Self.program.waitingRules
    #expect(rules.follow(Program.shop([]).waitingRules).reach == [])
    var back = Self.program
    back.triggers["cart_recovery"]?.steps[0].channels = ["sms"]
    #expect(rules.follow(back.waitingRules).reach == ["cart_recovery"])
    #expect(rules.follow(back.waitingRules).reach == [])
  }
}
