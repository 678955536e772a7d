import Domain
import Support
import Testing

@Suite struct ConsentTests {
  private enum Statement: CaseIterable {
    case ownGrant, ownWithdrawal, flagGrant, flagWithdrawal
  }

  private func customer(told statements: [(Statement, Int64)]) -> Customer {
    var customer = Customer(key: CustomerKey(1), id: "ann")
    for (statement, second) in statements {
      let at = Instant(seconds: second)
      var flag = CustomerTraits()
      switch statement {
      case .ownGrant: customer.express(.granted, for: "email", at: at)
      case .ownWithdrawal: customer.express(.withdrawn, for: "email", at: at)
      case .flagGrant:
        flag.consent = ["email": .granted]
        customer.apply(flag, at: at, zone: { _ in .utc })
      case .flagWithdrawal:
        flag.consent = ["email": .withdrawn]
        customer.apply(flag, at: at, zone: { _ in .utc })
      }
    }
    return customer
  }

  @Test(arguments: SeededGenerator.seeds(200))
  func `what was said counts by its time, in whatever order it arrives`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let statements = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      (Statement.allCases.randomElement(using: &random)!, Int64.random(in: 1...5, using: &random))
    }
    func last(_ among: [Statement]) -> Int64? { statements.filter { among.contains($0.0) }.map(\.1).max() }
    let word = last([.ownWithdrawal]).flatMap { $0 >= last([.ownGrant]) ?? $0 ? $0 : nil }
    let flag = last([.flagWithdrawal]).map {
      $0 >= last([.flagGrant]) ?? $0 && $0 > last([.ownGrant]) ?? 0
    }
    let isWithdrawn = word != nil || flag == true
    for _ in 0..<10 {
      let ann = customer(told: statements.shuffled(using: &random))
      #expect(ann.consent["email"] == (isWithdrawn ? .withdrawn : .granted), "\(random)")
      #expect(ann.unsubscribedAt("email") == word.map { Instant(seconds: $0) }, "\(random)")
    }
  }

  @Test func `a flag that withdraws is undone by a later flag, and is no unsubscribe`() {
    var ann = customer(told: [(.flagWithdrawal, 3)])
    #expect(ann.consent["email"] == .withdrawn)
    #expect(ann.unsubscribedAt("email") == nil)
    ann.apply(flagged(.granted), at: Instant(seconds: 4), zone: { _ in .utc })
    #expect(ann.consent["email"] == .granted)
  }

  @Test func `a withdrawal stored by an earlier version stays an unsubscribe`() {
    var ann = customer(told: [])
    ann.consent = ["email": .withdrawn, "sms": .granted]
    ann.fieldTimes = ["consent.email": Instant(seconds: 3), "consent.sms": Instant(seconds: 3)]
    #expect(ann.unsubscribedAt("email") == Instant(seconds: 3))
    ann.apply(flagged(.granted), at: Instant(seconds: 4), zone: { _ in .utc })
    #expect(ann.unsubscribedAt("email") == Instant(seconds: 3))
    #expect(ann.consent == ["email": .withdrawn, "sms": .granted])
    ann.express(.granted, for: "email", at: Instant(seconds: 5))
    #expect(ann.consent["email"] == .granted)
  }

  private func flagged(_ state: ConsentState) -> CustomerTraits {
    var traits = CustomerTraits()
    traits.consent = ["email": state]
    return traits
  }

  @Test func `channels know nothing of each other`() {
    var ann = customer(told: [(.ownWithdrawal, 3)])
    ann.express(.granted, for: "sms", at: Instant(seconds: 5))
    #expect(ann.consent == ["email": .withdrawn, "sms": .granted])
  }

  @Test func `a withdrawal of this moment stands above a grant of the future`() {
    var ann = customer(told: [(.ownGrant, 100)])
    ann.withdraw("email", now: Instant(seconds: 7))
    ann.express(.granted, for: "email", at: Instant(seconds: 100))
    #expect(ann.consent["email"] == .withdrawn)
    ann.express(.granted, for: "email", at: Instant(seconds: 101))
    #expect(ann.consent["email"] == .granted)
  }
}
