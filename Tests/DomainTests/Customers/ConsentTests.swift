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
        customer.apply(flag, at: at)
      case .flagWithdrawal:
        flag.consent = ["email": .withdrawn]
        customer.apply(flag, at: at)
      }
    }
    return customer
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `what was said counts by its time, in whatever order it arrives`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let statements = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      (Statement.allCases.randomElement(using: &random)!, Int64.random(in: 1...5, using: &random))
    }
    func last(_ among: [Statement]) -> Int64? { statements.filter { among.contains($0.0) }.map(\.1).max() }
    let withdrawal = last([.ownWithdrawal, .flagWithdrawal])
    let isWithdrawn = withdrawal.map { $0 >= last([.ownGrant]) ?? 0 } ?? false
    for _ in 0..<10 {
      let ann = customer(told: statements.shuffled(using: &random))
      #expect(ann.consent["email"] == (isWithdrawn ? .withdrawn : .granted), "seed \(seed)")
      #expect(
        ann.withdrawnAt("email") == (isWithdrawn ? withdrawal.map { Instant(seconds: $0) } : nil),
        "seed \(seed)")
    }
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
