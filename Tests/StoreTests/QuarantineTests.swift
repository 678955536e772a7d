import Domain
import Platform
import Store
import Testing

struct QuarantineTests {
  @Test(arguments: StoreKind.allCases)
  func `an enrollment that was in hand at two traps is set aside until it is retried`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      let stored = try tx.insertStored([enrollment(scene.ann)])
      let due = stored[0].nextDueAt
      let item = WorkItem(.enrollment, stored[0].key)
      let first = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(5))
      #expect(first?.isSetAside == false)
      #expect(try tx.nextDueAt() == due)
      let second = try #require(try tx.suspect(item, signal: "SIGSEGV", isAlone: true, at: at(6)))
      #expect(second.since == at(6))
      #expect(second.customer == "ann")
      #expect(second.about == "welcome \(stored[0].occurrence)")
      #expect(second.signal == "SIGSEGV")
      #expect(try tx.quarantineCounts() == [.enrollment: 1])
      #expect(try tx.nextDueAt() == nil)
      #expect(try tx.enrollments(keys: [stored[0].key])[stored[0].key]?.endReason == .quarantined)
      try tx.retry(second, now: at(9))
      #expect(try tx.enrollments(keys: [stored[0].key])[stored[0].key] == stored[0])
      #expect(try tx.quarantineCounts() == [:])
      // Once more is once too often.
      #expect(try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(10))?.isSetAside == true)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an enrollment that is set aside is not revived by planning it again`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let planned = enrollment(scene.ann)
      let stored = try tx.insertStored([planned])
      let item = WorkItem(.enrollment, stored[0].key)
      for second in 5...6 { _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(Int64(second))) }
      // As for a customer with so many enrollments that not every one is looked at.
      try tx.insert([(scene.ann.key, PreparedEnrollment(planned))])
      #expect(try tx.nextDueAt() == nil)
      #expect(try tx.enrollments(keys: [stored[0].key])[stored[0].key]?.endReason == .quarantined)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what came to its end by another way is suspected no longer`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.bob)], now: at(3))
      let keys = try [scene.ann, scene.bob].map { try tx.messages(of: $0.key)[0].key }
      let stored = try tx.insertStored([enrollment(scene.ann), enrollment(scene.bob)])
      let items =
        keys.map { WorkItem(.message, $0) } + stored.map { WorkItem(.enrollment, $0.key) } + [
          WorkItem(.event, "m-1")
        ]
      for item in items { _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(5)) }
      try tx.suppressWaiting(customer: scene.ann.key, channel: "email", at: at(6))
      _ = try tx.endEnrollments(of: "welcome", reason: .triggerRemoved, limit: 1)
      try tx.clearEnded()
      #expect(try tx.quarantine().map(\.item) == [items[1], items[3], items[4]])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `one of several in hand is suspected and never set aside`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let stored = try tx.insertStored([enrollment(scene.ann)])
      let item = WorkItem(.enrollment, stored[0].key)
      for second in 5...9 {
        let found = try tx.suspect(item, signal: "SIGILL", isAlone: false, at: at(Int64(second)))
        #expect(found?.crashes == 0 && found?.isSetAside == false)
      }
      try tx.clear([item])
      #expect(try tx.quarantine().isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a message that is set aside is not claimed, and dropped it is dead`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann)], now: at(3))
      let key = try tx.messages(of: scene.ann.key)[0].key
      let item = WorkItem(.message, key)
      _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(5))
      let record = try #require(try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(6)))
      #expect(try tx.messages(of: scene.ann.key)[0].state == .quarantined)
      let token: () -> ClaimToken = { ClaimToken(bytes: [UInt8](repeating: 1, count: 16)) }
      #expect(
        try tx.claim(channel: "email", limit: 9, lease: .minutes(1), now: at(7), token: token).isEmpty)
      try tx.retry(record, now: at(8))
      #expect(
        try tx.claim(channel: "email", limit: 9, lease: .minutes(1), now: at(9), token: token).map(\.key)
          == [key])
      #expect(try tx.recoverOutbox().requeued == 1)
      _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(10))
      try tx.drop(record, now: at(11))
      #expect(try tx.messages(of: scene.ann.key)[0].state == .dead)
      #expect(try tx.quarantine().isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what is over by now is not set aside`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var ended = enrollment(scene.ann)
      ended.state = .ended
      ended.endReason = .cancelled
      ended.nextDueAt = nil
      let stored = try tx.insertStored([ended])
      let item = WorkItem(.enrollment, stored[0].key)
      _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(5))
      #expect(try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(6)) == nil)
      #expect(try tx.quarantine().isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an event that was set aside is exported, and forgotten with its customer`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      let item = WorkItem(.event, "m-1")
      for second in 5...6 {
        _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(Int64(second)))
      }
      try tx.keep(item, customer: "zoe", about: "quiz", content: #"{"messageId":"m-1"}"#, at: at(7))
      #expect(try tx.quarantine(of: "zoe").map(\.content) == [#"{"messageId":"m-1"}"#])
      #expect(
        try tx.export(customerID: "zoe")?.text()
          == #"{"customer":{"id":"zoe"},"quarantine":[{"kind":"event","about":"quiz","at":"2026-02-25T06:13:27.000Z","content":{"messageId":"m-1"}}]}"#
      )
      #expect(try tx.forget(customerID: "zoe", at: at(8)))
      #expect(try tx.quarantine().isEmpty)
    }
  }

  /// Requests that nobody has read, as they were sent.
  private func keep(_ bodies: [String], _ tx: Transaction) throws {
    for (number, body) in bodies.enumerated() {
      let item = WorkItem(.request, "digest-\(number)")
      for second in 5...6 {
        _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(Int64(second)))
      }
      try tx.keep(item, customer: nil, about: "batch", content: Base64.text(Array(body.utf8)), at: at(7))
    }
  }

  private func kept(_ tx: Transaction) throws -> [String] {
    try tx.quarantine().map { record in
      String(decoding: try #require(Base64.bytes(record.content ?? "")), as: UTF8.self)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `of a request that was set aside the calls about a person are exported and forgotten`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      let bob = #"{"type":"track","userId":"bob","properties":{"note":"ann, userId: ann [{"}}"#
      let mine = #"{"type":"track","userId":"ann"}"#
      let escaped = #"{ "userId" : "\u0061n\u006e", "traits": {"tags": ["]", "}"]} }"#
      try keep([#"{"sentAt":"x","batch":[\#(mine), \#(bob),\#(escaped)],"context":{}}"#, "[\(bob)]"], tx)
      let export = try #require(try tx.export(customerID: "ann"))
      #expect(
        export["quarantine"] == [
          [
            "kind": "request", "about": "batch", "at": "2026-02-25T06:13:27.000Z",
            "content": [.string(mine), .string(escaped)],
          ]
        ])
      #expect(try tx.forget(customerID: "ann", at: at(8)))
      #expect(try kept(tx) == [#"{"sentAt":"x","batch":[\#(bob)],"context":{}}"#, "[\(bob)]"])
      #expect(try tx.forget(customerID: "bob", at: at(9)))
      #expect(try tx.quarantine().isEmpty)
    }
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      #"{"userId":"ann","event":"quiz"}"#, #"{"previousId":"ann","userId":"x"}"#,
      #"[{"userId":"x","traits":{"email":"ANN@B\u00fccher.example"}}]"#,
      #"{"userId":"x","properties":{"to":["old.ann@example.com"]}}"#,
      #"{"userId":"x","context":{"traits":{"phone":"0138 1234-5678"}}}"#,
      // What the reader stumbled over, perhaps.
      #"}}]][{"batch":[[{"userId":"ann"#,
    ])
  func `whatever of a request cannot be told apart is dropped with the person whom it names`(
    kind: StoreKind, body: String
  ) async throws {
    try await kind.transact { tx, scene in
      var ann = scene.ann
      ann.email = "Ann@bücher.example"
      ann.phone = "+8613812345678"
      try tx.save([ann])
      _ = try tx.insert([message(1, to: ann, address: "Old.Ann@Example.com")], now: at(3))
      try keep(
        [
          body,
          #"{"userId":"anna","order_id":"ann","phone":"+86 139 1234 5678","a@b":"ann","total":12345678}"#,
        ], tx)
      let export = try #require(try tx.export(customerID: "ann"))
      #expect(export["quarantine"]?.arrayValue?.map { $0["content"] } == [[.string(body)]])
      #expect(try tx.forget(customerID: "ann", at: at(8)))
      #expect(try tx.quarantine().count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what of a request may be about others is not exported with a person, and their calls stay`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, _ in
      _ = try tx.createCustomers(ids: ["ann"])
      try keep(
        [
          #"{"context":{"userId":"ann"},"batch":[{"userId":"bob"}],"previousId":"ann"}"#,
          #"{"batch":[{"userId":"ann"}],"batch":[{"userId":"bob"}]}"#,
        ], tx)
      let export = try #require(try tx.export(customerID: "ann"))
      #expect(export["quarantine"]?.arrayValue?.map { $0["content"] } == [[], []])
      #expect(try tx.forget(customerID: "ann", at: at(8)))
      #expect(try kept(tx) == [#"{"context":{"userId":""},"batch":[{"userId":"bob"}],"previousId":""}"#])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a number as an id is found under the name of an id alone`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      _ = try tx.createCustomers(ids: ["17"])
      try keep([#"{"userId":17}"#, #"{"userId":170,"properties":{"quantity":17,"size":"17"}}"#], tx)
      #expect(try tx.forget(customerID: "17", at: at(8)))
      #expect(try kept(tx) == [#"{"userId":170,"properties":{"quantity":17,"size":"17"}}"#])
    }
  }
}
