import Decisioning
import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Service

/// Consent that another system has kept.
struct ToldConsentTests {
  private static let people = """
    id,email,phone
    ann,ann@x.example,+8613812345678
    ann2,Ann@X.example,
    bob,bob@x.example,+8613812345679
    cem,cem@x.example,

    """

  private func use<R: Sendable>(
    _ kind: IntakeStore = .sqlite, _ body: (SchedulerFloor) async throws -> R
  ) async throws -> R {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      floor.addChannel("sms", to: .phone, medium: .text)
      _ = try await floor.importing(.customers, Self.people)
      return try await body(floor)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `the latest dated word counts, at the same time the withdrawal`(_ kind: IntakeStore) async throws {
    try await use(kind) { floor in
      let result = try await floor.importing(
        .consents,
        """
        customer_id,channel,state,at
        ann,email,unsubscribed,2025-01-01
        ann,email,subscribed,2025-02-01
        bob,email,granted,2025-01-01
        bob,email,withdrawn,2025-01-01
        bob,SMS,yes,2025-01-01
        cem,email,opted-out,2025-03-01
        cem,email,opted-in,2025-02-01

        """)
      #expect(result.text == "file.csv: 7 consents imported, 0 rows rejected.\n")
      #expect(try await floor.customer("ann")?.consent == ["email": .granted])
      #expect(try await floor.customer("bob")?.consent == ["email": .withdrawn, "sms": .granted])
      #expect(try await floor.customer("cem")?.consent == ["email": .withdrawn])
      // The person unsubscribed, under whatever id.
      let held = try await floor.store.read {
        try $0.suppressions(of: [("email", "BOB@x.example"), ("email", "ann@x.example")])
      }
      #expect(held == [0: .unsubscribed])
    }
  }

  @Test func `a grant without a time never overrides a withdrawal, and a withdrawal without one counts`()
    async throws
  {
    for order in [[0, 1], [1, 0]] {
      try await use { floor in
        let rows = ["bob,email,granted,", "bob,email,withdrawn,2025-01-01"]
        _ = try await floor.importing(
          .consents, "customer_id,channel,state,at\n" + order.map { rows[$0] + "\n" }.joined())
        #expect(try await floor.customer("bob")?.consent == ["email": .withdrawn])
        let flags = ["cem,email,granted,,flag", "cem,email,withdrawn,2025-01-01,flag", "ann,sms,granted,,"]
        _ = try await floor.importing(
          .consents, "customer_id,channel,state,at,kind\n" + flags.joined(separator: "\n"))
        #expect(try await floor.customer("cem")?.consent == ["email": .withdrawn])
        #expect(try await floor.customer("ann")?.consent == ["sms": .granted])
        _ = try await floor.importing(.consents, "customer_id,channel,state\nann,sms,no\n")
        #expect(try await floor.customer("ann")?.consent == ["sms": .withdrawn])
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an address stands for all who have it, and is suppressed if nobody has it`(
    _ kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      let result = try await floor.importing(
        .consents,
        """
        email,phone,channel,state,at,source
        ANN@x.example,,email,withdrawn,2025-01-01,klaviyo
        bob@x.example,+8613812345679,,granted,2025-01-02,form 7
        eve@x.example,,email,withdrawn,2025-01-03,klaviyo
        fay@x.example,,email,granted,2025-01-03,klaviyo
        gus@x.example,,sms,withdrawn,2025-01-03,klaviyo

        """)
      #expect(
        result.text == """
          file.csv: 2 rows rejected, 3 consents imported.
            line 5: nobody with this id or address is known; import customers first, and these rows again
            line 6: nobody with this id or address is known; import customers first, and these rows again
          The rejected rows are in file.rejected.csv. Put them right there and import that file.

          """)
      #expect(result.rejected.count == 3 && result.progress.imported == 3 && result.progress.rejected == 2)
      #expect(try await floor.customer("ann")?.consent == ["email": .withdrawn])
      #expect(try await floor.customer("ann2")?.consent == ["email": .withdrawn])
      #expect(try await floor.customer("bob")?.consent == ["email": .granted, "sms": .granted])
      #expect(
        try await floor.exported(.suppressions)
          == """
          "address","channel","reason","source","at"\r
          "ann@x.example","email","unsubscribed","reprise","2024-12-31T16:00:00.000Z"\r
          "eve@x.example","email","unsubscribed","klaviyo","2025-01-02T16:00:00.000Z"\r\n
          """)
    }
  }

  @Test func `the evidence says who said it and when, once`() async throws {
    try await use { floor in
      let file =
        "customer_id,channel,state,source,at\nbob,email,granted,form 7,2025-01-02T10:00:00Z\nbob,sms,no,,\n"
      for round in 1...2 {
        let result = try await floor.importing(.consents, file, name: "klaviyo.csv")
        #expect(result.text.contains("known already") == (round == 2), "\(result.text)")
      }
      let evidence = try await floor.store.read { tx in
        try tx.connection.all("SELECT channel, state, source, at FROM consents ORDER BY key") {
          "\($0.string(0)) \($0.string(1)) \($0.string(2)) \($0.int64(3))"
        }
      }
      #expect(
        evidence == [
          "email granted form 7 1735812000000",
          "sms withdrawn klaviyo.csv \(SchedulerFloor.now.milliseconds)",
        ])
    }
  }

  @Test func `never having subscribed overrides no statement, and suppresses no address`()
    async throws
  {
    for order in [[0, 1], [1, 0]] {
      try await use { floor in
        let files = [
          "email,channel,state,at\nbob@x.example,email,granted,2024-05-01\n",
          "email,channel,state\nbob@x.example,email,NEVER_SUBSCRIBED\ncem@x.example,email,NEVER_SUBSCRIBED\n",
        ]
        for file in order { _ = try await floor.importing(.consents, files[file]) }
        #expect(try await floor.customer("bob")?.consent == ["email": .granted])
        #expect(try await floor.customer("cem")?.consent == ["email": .withdrawn])
        let unknown = try await floor.importing(
          .consents, "email,channel,state\neve@x.example,email,NEVER_SUBSCRIBED\n")
        #expect(unknown.progress.rejected == 1)
        let held = try await floor.store.read { try $0.suppressionCount() }
        #expect(held == 0)
        _ = try await floor.importing(.customers, "id,Accepts Email Marketing\ncem,yes\n")
        #expect(try await floor.customer("cem")?.consent == ["email": .granted])
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a flag's source is what the flag came from`(_ kind: IntakeStore) async throws {
    try await use(kind) { floor in
      _ = try await floor.importing(
        .customers, "id,Accepts Email Marketing,updated_at\nann,yes,2023-03-01T10:00:00Z\n",
        name: "customers_export.csv")
      for day in [1, 2] {
        _ = try await floor.importing(
          .consents, "customer_id,channel,state,at\nann,email,subscribed,2024-05-0\(day)T10:00:00Z\n",
          name: "klaviyo_profiles.csv")
      }
      #expect(
        try await floor.exported(.consents) == """
          "customer_id","channel","state","kind","source","at"\r
          "ann","email","granted","word","klaviyo_profiles.csv","2024-05-02T10:00:00.000Z"\r
          "ann","email","granted","flag","import","2023-03-01T10:00:00.000Z"\r\n
          """)
    }
  }

  @Test func `a list of statements has no total if it is unknown`() async throws {
    try await use { floor in
      _ = try await floor.importing(.consents, "customer_id,channel,state,at\nann,email,yes,2024-05-01\n")
      let first = Mutex<JSON?>(nil)
      try await floor.responder.exportList(ExportListRequest(list: .consents)) { part in
        first.withLock { $0 = $0 ?? part }
        return true
      }
      #expect(first.withLock { $0 } == ["total": .null])
    }
  }

  @Test func `a withdrawal stops what waits in the outbox`() async throws {
    try await use { floor in
      try await floor.fillCarts("bob")
      #expect(try await floor.tick() == 1)
      let states = {
        try await floor.store.read { tx in
          try tx.messages(of: try #require(try tx.customer(id: "bob")).key).map(\.state)
        }
      }
      #expect(try await states() == [.queued])
      _ = try await floor.importing(
        .consents, "customer_id,channel,state,at\nbob,email,withdrawn,2025-01-01\n")
      #expect(try await states() == [.suppressed])
    }
  }

  @Test(arguments: IntakeStore.allCases, SeededGenerator.seeds(3))
  func `rows in any order, or by way of another store, give the same consent`(
    _ kind: IntakeStore, _ seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed: seed)
    var rows: [String] = []
    for _ in 0..<120 {
      let id = ["ann", "ann2", "bob", "cem"].randomElement(using: &random) ?? ""
      let channel = ["email", "sms"].randomElement(using: &random) ?? ""
      let state = Bool.random(using: &random) ? "granted" : "withdrawn"
      let kind = Bool.random(using: &random) ? "word" : "flag"
      let day = Int.random(in: 1...20, using: &random)
      let at =
        state == "granted" && Int.random(in: 0..<5, using: &random) == 0
        ? "" : "2025-01-\(day < 10 ? "0" : "")\(day)"
      rows.append("\(id),\(channel),\(state),\(kind),s,\(at)\n")
    }
    let header = "customer_id,channel,state,kind,source,at\n"
    // Customers are numbered as they come.
    @Sendable func sorted(_ csv: String) -> [String] {
      csv.split(separator: "\r\n").map(String.init).sorted()
    }
    var exports: [[String]] = []
    for size in [7, 1000, 31] {
      rows.shuffle(using: &random)
      let text = header + rows.joined()
      exports.append(
        try await use(kind) { floor in
          _ = try await floor.importing(.consents, text, rows: size)
          return sorted(try await floor.exported(.consents))
        })
    }
    #expect(exports[0] == exports[1] && exports[1] == exports[2], "\(random)")
    let moved = ([header] + exports[0].filter { !$0.contains("customer_id") }.map { $0 + "\n" }).joined()
    let copy = try await use(kind) { floor in
      let result = try await floor.importing(.consents, moved)
      #expect(result.progress.rejected == 0, "\(result.text)")
      return sorted(try await floor.exported(.consents))
    }
    #expect(copy == exports[0], "\(random)")
  }
}
