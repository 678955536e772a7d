import Domain
import Store
import Testing

/// Addresses that must get nothing, and what of the outbox they stop.
struct SuppressionTests {
  @Test(arguments: StoreKind.allCases)
  func `who unsubscribed gets no marketing at that address under another id either`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      let mail = "Ann@Example.com"
      _ = try tx.insert(
        [
          message(1, to: scene.bob, address: mail),
          message(2, to: scene.bob, purpose: .service, address: mail),
          message(3, to: scene.bob, channel: "sms", address: mail),
        ], now: at(0))
      #expect(
        try tx.withdrawConsent(
          customerID: "ann", channel: "email", address: { _ in mail }, at: at(5), source: "link") == true)
      #expect(try tx.suppressions(of: [("email", mail), ("sms", mail)]) == [0: .unsubscribed])
      #expect(try tx.claim(now: 6).map(\.content.subject) == ["Hello 2"])
      #expect(try tx.claim("sms", now: 6, first: 9).map(\.content.subject) == ["Hello 3"])
      #expect(try tx.state(1, of: scene.bob) == .suppressed)
      // A grant of before or of the same time does not undo it, a later one does; what else suppresses the address
      // stays.
      for second in [4, 5] as [Int64] {
        try tx.resubscribe([("email", mail, at(second))])
        #expect(try tx.suppressed([("email", mail)]) == [0])
      }
      try tx.resubscribe([("email", mail, at(6))])
      #expect(try tx.suppressed([("email", mail)]) == [])
      try tx.unsubscribe([("email", mail, at(7))], now: at(7))
      try tx.suppress([("email", mail, .complaint)], at: at(8))
      try tx.unsubscribe([("email", mail, at(9))], now: at(9))
      try tx.resubscribe([("email", mail, at(10))])
      #expect(try tx.suppressions(of: [("email", mail)]) == [0: .complaint])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an unsubscribe from before a grant that is known already changes nothing`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.bob)], now: at(0))
      let claimed = try tx.claim()
      try tx.resubscribe([("email", "Bob@example.com", at(5))])
      try tx.resubscribe([("email", "bob@example.com", at(4))])
      try tx.unsubscribe(
        [("email", "bob@EXAMPLE.com", at(4)), ("sms", "bob@example.com", at(4))], now: at(6))
      #expect(try tx.suppressed([("email", "bob@example.com"), ("sms", "bob@example.com")]) == [1])
      #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(6)) == [claimed[0].token])
      // At one time the withdrawal counts.
      try tx.unsubscribe([("email", "bob@example.com", at(5))], now: at(6))
      #expect(try tx.suppressed([("email", "bob@example.com")]) == [0])
      // A grant that claims to lie in the future does not outlive a withdrawal.
      try tx.resubscribe([("email", "eve@example.com", at(100))])
      try tx.unsubscribe([("email", "eve@example.com", at(7))], now: at(7))
      try tx.resubscribe([("email", "eve@example.com", at(100))])
      #expect(try tx.suppressed([("email", "eve@example.com")]) == [0])
    }
  }

  /// Of each mailbox and telephone some spellings.
  private static let spellings: [[String]] = [
    [
      "Ann@M\u{FC}nchen.example", "ann@mu\u{308}nchen.example", "ANN@XN--MNCHEN-3YA.example",
      "ann@M\u{DC}NCHEN.example",
    ],
    ["wang@\u{4F8B}\u{5B50}.\u{516C}\u{53F8}", "wang@xn--fsqu00a.xn--55qx5d"],
    ["+8613911112222", "+86013911112222"],
  ]

  @Test(arguments: StoreKind.allCases)
  func `an unsubscribe holds for the mailbox, however it is spelled`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      for spellings in Self.spellings {
        for (number, one) in spellings.enumerated() {
          let second = Int64(number * 2)
          try tx.unsubscribe([("email", one, at(second))], now: at(second))
          for other in spellings {
            #expect(try tx.suppressions(of: [("email", other)]) == [0: .unsubscribed], "\(one) \(other)")
          }
          try tx.resubscribe([("email", one, at(second + 1))])
          #expect(try tx.suppressed(spellings.map { ("email", $0) }) == [])
        }
      }
      #expect(try tx.suppressed([("email", "ann@munchen.example"), ("email", "+390111112222")]) == [])
    }
  }

  @Test(arguments: StoreKind.allCases, [false, true])
  func `who unsubscribed stays so when the address bounces and is let in again`(
    kind: StoreKind, bouncesFirst: Bool
  ) async throws {
    try await kind.transact { tx, scene in
      func bounce() throws { try tx.suppress([("email", "bob@example.com", .badAddress)], at: at(2)) }
      if bouncesFirst { try bounce() }
      try tx.unsubscribe([("email", "bob@example.com", at(1))], now: at(1))
      if !bouncesFirst { try bounce() }
      #expect(try tx.suppressions(of: [("email", "Bob@example.com")]) == [0: .badAddress])
      #expect(try tx.unsuppress(channel: "email", address: "Bob@example.com", at: at(8)))
      #expect(try tx.suppressions(of: [("email", "Bob@example.com")]) == [0: .unsubscribed])
      // An operator lets an address in again; what its owner said is for the owner to take back.
      #expect(try !tx.unsuppress(channel: "email", address: "Bob@example.com", at: at(8)))
      #expect(try tx.suppressions(of: [("email", "Bob@example.com")]) == [0: .unsubscribed])
      try tx.resubscribe([("email", "bob@example.com", at(3))])
      #expect(try tx.suppressed([("email", "bob@example.com")]) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `marketing that is leased is lost when its address unsubscribes`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [message(1, to: scene.bob), message(2, to: scene.bob, purpose: .service)], now: at(0))
      let claimed = try tx.claim(limit: 2)
      try tx.unsubscribe([("email", "BOB@example.com", at(1))], now: at(1))
      #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(2)) == [claimed[1].token])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an address suppressed after the lease is not handed over`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.bob)], now: at(0))
      let claimed = try tx.claim()
      try tx.suppress([("email", "ANN@example.com", .complaint)], at: at(1))
      #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0)) == [claimed[1].token])
      #expect(try tx.state(1, of: scene.ann) == .suppressed)
    }
  }
}
