import Delivery
import Domain
import Testing

@Suite struct RetryPolicyTests {
  private func result(
    _ report: DeliveryReport, _ policy: RetryPolicy = RetryPolicy(), attempt: Int = 1,
    handedOff: Bool = true, expiresIn: Duration = .days(3), standing: ClaimedMessage.Standing = .clean,
    firstHandoffAt: Instant? = nil
  ) -> AttemptResult {
    policy.result(
      of: message(
        attempt: attempt, expiresAt: noon + expiresIn, standing: standing, firstHandoffAt: firstHandoffAt),
      report,
      begunAt: noon, handoffAt: handedOff ? noon : nil, endedAt: noon, jitter: 0)
  }

  @Test(
    arguments: [
      (OutcomeClass.accepted, MessageState.sent, true, false, nil as Int64?),
      (.permanent, .dead, true, false, nil), (.badAddress, .dead, true, false, nil),
      (.temporary, .waiting, true, false, 30), (.throttled, .waiting, false, false, 30),
      (.providerFault, .waiting, false, false, 30), (.configurationFault, .waiting, false, false, 30),
      (.released, .queued, false, false, nil), (.ambiguous, .ambiguous, true, true, nil),
    ] as [(OutcomeClass, MessageState, Bool, Bool, Int64?)])
  func `each outcome has its consequence`(
    outcome: OutcomeClass, state: MessageState, charged: Bool, maybeDelivered: Bool, retryAfterSeconds: Int64?
  ) {
    let result = self.result(DeliveryReport(outcome))
    #expect(result.state == state)
    #expect(result.charged == charged)
    #expect(result.maybeDelivered == maybeDelivered)
    #expect(result.retryAt == retryAfterSeconds.map { noon + .seconds($0) })
  }

  @Test(
    arguments: [
      (OutcomeClass.configurationFault, .failed, 1, .waiting, false, 30),
      (.configurationFault, .accused, 1, .dead, true, nil),
      (.providerFault, .failed, 3, .waiting, false, 30), (.providerFault, .accused, 3, .waiting, true, 480),
      (.providerFault, .accused, 12, .dead, true, nil), (.throttled, .accused, 12, .waiting, false, 30),
    ] as [(OutcomeClass, ClaimedMessage.Standing, Int, MessageState, Bool, Int64?)])
  func `what fails while others pass is at fault itself`(
    outcome: OutcomeClass, standing: ClaimedMessage.Standing, attempt: Int, state: MessageState,
    charged: Bool,
    retryAfterSeconds: Int64?
  ) {
    let result = self.result(DeliveryReport(outcome, code: "403"), attempt: attempt, standing: standing)
    #expect(result.state == state && result.charged == charged && result.code == "403")
    #expect(result.retryAt == retryAfterSeconds.map { noon + .seconds($0) })
  }

  @Test func `pauses grow four times each, up to four hours`() {
    let policy = RetryPolicy()
    #expect(
      (1...8).map { policy.delay(afterAttempt: $0, jitter: 0).inSeconds }
        == [30, 120, 480, 1920, 7680, 14400, 14400, 14400])
    #expect(policy.delay(afterAttempt: 1, jitter: 1).inSeconds.rounded() == 36)
    #expect(policy.delay(afterAttempt: 1, jitter: -1).inSeconds.rounded() == 24)
    #expect(policy.delay(afterAttempt: 1_000_000, jitter: 0) == .hours(4))
  }

  @Test func `the twelfth temporary failure is the last`() {
    #expect(result(DeliveryReport(.temporary), attempt: 11).state == .waiting)
    #expect(result(DeliveryReport(.temporary), attempt: 12).state == .dead)
  }

  @Test func `what could only be retried after its expiry expires now`() {
    #expect(result(DeliveryReport(.temporary), expiresIn: .seconds(30)).state == .expired)
    #expect(result(DeliveryReport(.temporary), expiresIn: .seconds(31)).state == .waiting)
    #expect(result(DeliveryReport(.released), expiresIn: .zero).state == .expired)
  }

  @Test func `the provider's longer pause is kept`() {
    #expect(result(DeliveryReport(.throttled, retryAfter: .hours(2))).retryAt == noon + .hours(2))
    #expect(result(DeliveryReport(.temporary, retryAfter: .seconds(1))).retryAt == noon + .seconds(30))
  }

  @Test func `without a handoff nothing is ambiguous`() {
    let untouched = result(DeliveryReport(.ambiguous), handedOff: false)
    #expect(untouched.outcome == .providerFault)
    #expect(untouched.state == .waiting)
    #expect(!untouched.maybeDelivered)
  }

  @Test func `the policy decides about ambiguity, the record never forgets it`() {
    for (policy, state) in [
      (AmbiguousPolicy.park, MessageState.ambiguous), (.retry, .waiting), (.assumeSent, .sent),
    ] {
      let result = self.result(DeliveryReport(.ambiguous), RetryPolicy(onAmbiguous: policy))
      #expect(result.state == state)
      #expect(result.maybeDelivered)
    }
    let retry = RetryPolicy(onAmbiguous: .retry)
    #expect(result(DeliveryReport(.ambiguous), retry, attempt: 12).state == .ambiguous)
    #expect(result(DeliveryReport(.ambiguous), retry, expiresIn: .seconds(10)).state == .ambiguous)
  }

  @Test func `an idempotent provider is asked again within four fifths of its window`() {
    let policy = RetryPolicy(idempotentWindow: .hours(1))
    #expect(result(DeliveryReport(.ambiguous), policy).state == .waiting)
    // 48 minutes after the first handoff are the limit; the retry itself comes 30 s after noon.
    let early = noon - .minutes(47)
    #expect(result(DeliveryReport(.ambiguous), policy, firstHandoffAt: early).state == .waiting)
    let late = noon - .minutes(48)
    #expect(result(DeliveryReport(.ambiguous), policy, firstHandoffAt: late).state == .ambiguous)
    // Too late to ask again is not "not sent".
    #expect(result(DeliveryReport(.ambiguous), policy, expiresIn: .seconds(10)).state == .ambiguous)
  }
}

@Suite struct RetryAfterTests {
  @Test(
    arguments: [
      ("120", 120 as Double?), ("0", 1), ("86401", 86400), ("9999999", 86400), ("-5", nil), ("NaN", nil),
      ("1e12", nil),
      ("1000000000000", nil), ("120, 60", nil), ("", nil), ("12.5", nil),
      ("Sun, 01 Mar 2026 12:10:00 GMT", 600),
      ("Sun, 01 Mar 2026 11:00:00 GMT", 1), ("Sun, 32 Mar 2026 12:10:00 GMT", nil),
      ("Tue, 31 Feb 2026 12:10:00 GMT", nil), ("tomorrow", nil),
      ("Sunday, 01-Mar-26 12:10:00 GMT", nil),
    ] as [(String, Double?)])
  func `only plain seconds and dates count`(value: String, seconds: Double?) {
    #expect(RetryAfter.parse(value, responseDate: nil, now: noon)?.inSeconds == seconds)
  }

  @Test func `a date is measured by the provider's own clock`() {
    let pause = RetryAfter.parse(
      "Thu, 29 Feb 2024 00:01:00 GMT", responseDate: "Thu, 29 Feb 2024 00:00:00 GMT", now: noon)
    #expect(pause == .seconds(60))
  }
}
