import Domain
import Platform
import Store
import Testing

struct CustomerTests {
  @Test(arguments: StoreKind.allCases)
  func `customers are made once and found by their ids`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let odd = ["", " ", "Ann", "ann'; DROP TABLE customers", "安娜", "e\u{301}", "\u{E9}", "x\u{1F600}"]
      let made = try tx.createCustomers(ids: ["ann"] + odd)
      #expect(made.map(\.id) == ["ann"] + odd)
      #expect(made.first == scene.ann)
      #expect(try tx.customerCount() == 2 + odd.count)
      #expect(try tx.customer(id: "安娜")?.id == "安娜")
      #expect(try tx.customer(id: "nobody") == nil)
      #expect(try tx.customers(ids: []) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `every field of a customer comes back as it was`(kind: StoreKind) async throws {
    let attributes: Record = [
      "plan": .string("gold \"\\\n\u{2028} 安"), "empty": .string(""), "yes": .bool(true), "none": .null,
      "whole": .integer(.min), "big": .integer(.max), "part": .number(0.1), "three": .number(3),
      "tiny": .number(2.5e-308), "when": .instant(at(7)),
      "paid": .money(Money(minorUnits: -5, currency: Currency("CNY")!)),
      "list": .array([.integer(1), .array([]), .object([:]), .object(["a": .object(["b": .null])])]),
      "$instant": .string("no instant"), "": .integer(0), "seeming": .object(["$instant": .integer(.max)]),
      "paid-not": .object(["$money": .array([.integer(1), .string("CNY")])]),
      "mark": .array([.object(["$object": .object(["$instant": .integer(7)])])]),
    ]
    let birthdays: [Birthday?] = [
      nil, Birthday(month: 2, day: 29), Birthday(month: 12, day: 31, year: 1899),
      Birthday(month: 6, day: 30, year: 1990, calendar: .lunar, isLeapMonth: true),
      Birthday(month: 1, day: 1, calendar: .lunar),
    ]
    try await kind.transact { tx, scene in
      for birthday in birthdays {
        var ann = scene.ann
        var traits = CustomerTraits()
        traits.email = .some("Ann@Example.com")
        traits.phone = .some("+8613812345678")
        traits.firstName = .some("Änn")
        traits.lastName = .some("")
        traits.birthday = .some(birthday.map { GivenBirthday($0) })
        traits.timeZone = .some("Asia/Shanghai")
        traits.locale = .some("zh-Hans")
        traits.joinedAt = .some(at(-1_000_000))
        traits.consent = ["email": .granted, "sms": .withdrawn]
        traits.tags = ["vip", "b\"", "a,b"]
        traits.attributes = attributes
        ann.apply(traits, at: at(3)) { _ in .utc }
        var later = CustomerTraits()
        later.phone = .some(nil)
        ann.apply(later, at: at(4)) { _ in .utc }
        try tx.save([ann, scene.bob])
        let found = try #require(try tx.customer(id: "ann"))
        #expect(found == ann)
        #expect(found.fieldTimes == ann.fieldTimes && found.fieldTimes["phone"] == at(4))
        #expect(try tx.customer(id: "bob") == scene.bob)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `all customers can be gone through in batches`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let ids = (0..<25).map { "c\($0)" }
      let made = try tx.createCustomers(ids: ids)
      var seen: [CustomerKey] = []
      while true {
        let batch = try tx.customerKeys(after: seen.last ?? CustomerKey(0), limit: 10)
        if batch.isEmpty { break }
        seen += batch
      }
      #expect(seen == ([scene.ann.key, scene.bob.key] + made.map(\.key)).sorted())
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `consent withdrawn is withdrawn for every message not yet handed over`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann), message(2, to: scene.ann, due: 50),
          message(3, to: scene.ann, purpose: .service), message(4, to: scene.ann, channel: "sms"),
          message(5, to: scene.bob), message(6, to: scene.ann, priority: 1),
          message(7, to: scene.ann, priority: 2),
        ], now: at(0))
      let claimed = try tx.claim(limit: 2)
      #expect(claimed.map(\.attempt) == [1, 1])
      #expect(try tx.beginHandoff([(claimed[0].key, claimed[0].token)], now: at(0)) == [claimed[0].token])
      #expect(
        try tx.withdrawConsent(customerID: "ann", channel: "email", at: at(9), source: "unsubscribe_link")
          == true)
      let states = try (1...7).map { try tx.state($0, of: $0 == 5 ? scene.bob : scene.ann) }
      #expect(
        states == [.suppressed, .suppressed, .queued, .queued, .queued, .handoff, .suppressed])
      // The one that was leased lost its claim: nothing may go out any more.
      #expect(try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0)) == [])
      #expect(
        try tx.withdrawConsent(customerID: "ann", channel: "email", at: at(10), source: "unsubscribe_link")
          == false)
      #expect(
        try tx.withdrawConsent(customerID: "nobody", channel: "email", at: at(9), source: "link") == nil)
      #expect(try tx.customer(id: "ann")?.consent == ["email": .withdrawn])
      let export = try #require(try tx.export(customerID: "ann"))
      #expect(
        export["consents"]?.text()
          == #"[{"channel":"email","state":"withdrawn","at":"2026-02-25T06:13:29.000Z","source":"unsubscribe_link"}]"#
      )
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a grant that claims to lie in the future does not outlive a withdrawal`(kind: StoreKind) async throws
  {
    try await kind.transact { tx, scene in
      var ann = scene.ann
      ann.express(.granted, for: "email", at: at(1_000_000))
      try tx.save([ann])
      #expect(
        try tx.withdrawConsent(customerID: "ann", channel: "email", at: at(5), source: "link") == true)
      ann = try #require(try tx.customer(id: "ann"))
      #expect(ann.consent["email"] == .withdrawn)
      // The same grant sent again changes nothing; one of a later time is a new word of the customer's.
      ann.express(.granted, for: "email", at: at(1_000_000))
      #expect(ann.consent["email"] == .withdrawn)
      ann.express(.granted, for: "email", at: at(1_000_001))
      #expect(ann.consent["email"] == .granted)
    }
  }
}
