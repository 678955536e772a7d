import Decisioning
import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Support
import Testing

@testable import Service
@testable import reprise

/// What another system has sent before the shop moved in.
struct SentElsewhereTests {
  private static let now = SchedulerFloor.now
  private static let header =
    "customer_id,channel,sent_at,trigger,occurrence,step,subject,message_id,source\n"

  private static func sent(_ row: String) -> String { header + row + "\n" }

  private static func ago(_ duration: Duration) -> String {
    Timestamp.text(milliseconds: (now - duration).milliseconds)
  }

  private func states(_ floor: SchedulerFloor, of customer: String) async throws -> [String] {
    try await floor.store.read { tx in
      try tx.messages(of: try #require(try tx.customer(id: customer)).key)
        .map { "\($0.step) \($0.state.rawValue)" + ($0.source.map { " \($0)" } ?? "") }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `caps count the messages within their window`(_ kind: IntakeStore) async throws {
    for (age, isHeld) in [(Duration.hours(15), true), (.hours(17), false)] {
      try await SchedulerFloor.use(
        kind, batchSize: 10, caps: [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
      ) { floor in
        try await floor.fillCarts("ann")
        let result = try await floor.importing(
          .sent, Self.sent("ann,email,\(Self.ago(age)),,,,Sale,k-1,klaviyo"))
        #expect(result.text == "file.csv: 1 sent message imported, 0 rows rejected.\n")
        try await floor.tick()
        let own = try await self.states(floor, of: "ann").filter { !$0.hasSuffix("klaviyo") }
        #expect(own == (isHeld ? [] : ["1 queued"]), "\(age)")
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a step that was sent is not sent again, and the next one keeps its distance`(
    _ kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      // Bob's cart becomes known only after the import.
      try await floor.fillCarts("ann")
      _ = try await floor.importing(.customers, "id,email\nbob,bob@tea.example\n")
      let at = Self.ago(.minutes(20))
      _ = try await floor.importing(
        .sent,
        Self.header
          + "ann,email,\(at),later,cart-ann,,,k-1,klaviyo\nbob,email,\(at),later,cart-bob,1,,k-2,klaviyo\n")
      try await floor.fillCarts("bob")
      let replanner = Replanner(store: floor.store, shop: floor.live)
      while try await replanner.step(now: Self.now) {}
      try await floor.tick()
      for customer in ["ann", "bob"] {
        #expect(try await self.states(floor, of: customer) == ["1 sent klaviyo"], "\(customer)")
        // It is passed over, not decided once more and kept back by the ledger.
        let decided = try await floor.store.read { tx in
          try tx.decisions(of: try #require(try tx.customer(id: customer)).key).map(\.step)
        }
        #expect(decided.isEmpty, "\(customer)")
      }
      try await floor.tick(Self.now + .hours(23))
      #expect(try await self.states(floor, of: "ann") == ["1 sent klaviyo"])
      try await floor.tick(Self.now + .days(1))
      for customer in ["ann", "bob"] {
        #expect(
          try await self.states(floor, of: customer) == ["1 sent klaviyo", "2 queued"], "\(customer)")
      }
      let text = ExplanationText.text(
        try await floor.responder.explain(ExplainRequest(customer: "ann")), style: TextStyle.plain)
      #expect(text.contains("step 1: by email, sent by another system (klaviyo)"), "\(text)")
    }
  }

  @Test func `a message of the step that still waits is cancelled, nothing is handed over`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      #expect(try await states(floor, of: "ann") == ["1 queued"])
      let row = "ann,email,\(Self.ago(.minutes(5))),cart,cart-ann,1,,k-1,klaviyo"
      for round in 1...2 {
        let result = try await floor.importing(.sent, Self.sent(row))
        #expect(result.text.contains("known already") == (round == 2), "\(result.text)")
      }
      #expect(try await states(floor, of: "ann").sorted() == ["1 cancelled", "1 sent klaviyo"])
      let status = try await floor.responder.status(StatusRequest())
      #expect(status.sentElsewhereToday == 1)
      #expect(status.triggers.map(\.sentToday) == [0])
    }
  }

  @Test func `reentry counts from the message, even if it is unknown what it was about`() async throws {
    var trigger = SchedulerFloor.cart
    trigger.reentry = .hours(24)
    for (age, isHeld) in [(Duration.hours(10), true), (.hours(40), false)] {
      try await SchedulerFloor.use(batchSize: 10, triggers: [trigger]) { floor in
        _ = try await floor.importing(.customers, "id,email\nann,ann@tea.example\n")
        _ = try await floor.importing(.sent, Self.sent("ann,email,\(Self.ago(age)),cart,,,,k-1,klaviyo"))
        try await floor.fillCarts("ann")
        try await floor.tick()
        #expect(
          try await self.states(floor, of: "ann") == ["1 sent klaviyo"] + (isHeld ? [] : ["1 queued"]),
          "\(age)")
      }
    }
  }

  @Test func `impossible rows are refused with the way out`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      _ = try await floor.importing(.customers, "id,email\nann,ann@tea.example\n")
      let text =
        Self.header + """
          ann,email,2026-03-06T00:00:00Z,,,,,,
          ann,email,\(Self.ago(.hours(1))),crat,,,,,
          ann,email,\(Self.ago(.hours(1))),cart,c,9,,,
          eve,email,\(Self.ago(.hours(1))),,,,,,
          ann,,\(Self.ago(.hours(1))),,,,,,
          ann,email,,,,,,,

          """
      let result = try await floor.importing(.sent, text)
      #expect(
        result.text == """
          file.csv: most rows were not imported: 6 rows rejected, 0 sent messages imported.
            line 2: sent_at: '2026-03-06T00:00:00Z' lies in the future; check the date, or the --date-format
            line 3: trigger: 'crat' is no trigger of the shop; to count such rows for caps alone give --ignore-unknown-triggers; did you mean 'cart'?
            line 4: step: '9' is no step of cart; write 1
            line 6: channel: it is empty, but needed
            line 7: sent_at: it is empty, but needed
            line 5: nobody with this id or address is known; import customers first, and these rows again
          The rejected rows are in file.rejected.csv. Put them right there and import that file.

          """)
      let ignoring = try await floor.importing(.sent, Self.sent("ann,email,\(Self.ago(.hours(1))),crat,,,,,"))
      {
        $0.ignoresUnknownTriggers = true
      }
      #expect(ignoring.text == "file.csv: 1 sent message imported, 0 rows rejected.\n")
    }
  }

  @Test(arguments: IntakeStore.allCases, SeededGenerator.seeds(2))
  func `rows in any order, or by way of another store, leave the same to be sent`(
    _ kind: IntakeStore, _ seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed: seed)
    var rows: [String] = []
    for number in 0..<60 {
      let customer = "p\(number % 12)"
      let at = Self.ago(.minutes(Int64.random(in: 10...80, using: &random)))
      let trigger = ["", "later"].randomElement(using: &random) ?? ""
      let step = trigger.isEmpty ? "" : ["", "1", "2"].randomElement(using: &random) ?? ""
      let occurrence = trigger.isEmpty ? "" : "cart-\(customer)"
      rows.append("\(customer),email,\(at),\(trigger),\(occurrence),\(step),=1+1,m-\(number),klaviyo\n")
    }
    let customers = "id,email\n" + (0..<12).map { "p\($0),p\($0)@tea.example\n" }.joined()
    func run(_ csv: String, rows: Int) async throws -> (list: [String], left: [String]) {
      try await SchedulerFloor.use(
        kind, batchSize: 10, triggers: [SchedulerFloor.later],
        caps: [FrequencyCap(channel: "email", limit: 9, window: .rolling(.hours(16)))]
      ) { floor in
        _ = try await floor.importing(.customers, customers)
        let result = try await floor.importing(.sent, csv, rows: rows)
        #expect(result.progress.rejected == 0, "\(result.text)")
        let list = try await floor.exported(.sent).split(separator: "\r\n").map(String.init).sorted()
        for number in 0..<12 { try await floor.fillCarts("p\(number)") }
        let replanner = Replanner(store: floor.store, shop: floor.live)
        while try await replanner.step(now: Self.now) {}
        try await floor.tick()
        try await floor.tick(Self.now + .days(1) + .hours(2))
        var left: [String] = []
        for number in 0..<12 {
          left += try await self.states(floor, of: "p\(number)").filter { !$0.hasSuffix("klaviyo") }
            .map { "p\(number) \($0)" }
        }
        return (list, left)
      }
    }
    var results: [(list: [String], left: [String])] = []
    for size in [7, 1000] {
      rows.shuffle(using: &random)
      results.append(try await run(Self.header + rows.joined(), rows: size))
    }
    #expect(results[0].list.count == 61)
    #expect(results[0].left == results[1].left, "\(random)")
    let moved = results[1].list.filter { !$0.contains("customer_id") }
    let copy = try await run(
      results[1].list.filter { $0.contains("customer_id") }[0] + "\r\n" + moved.joined(separator: "\r\n")
        + "\r\n",
      rows: 1000)
    #expect(copy.list == results[1].list, "\(random)")
    #expect(copy.left == results[1].left, "\(random)")
  }

  @Test func `forgetting removes the messages, and what remains names nobody`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      _ = try await floor.importing(.customers, "id,email\nann,ann@tea.example\n")
      _ = try await floor.importing(.sent, Self.sent("ann,email,\(Self.ago(.hours(1))),,,,Sale,k-1,klaviyo"))
      try await floor.store.write { (tx) throws in
        #expect(try tx.forget(customerID: "ann", at: Self.now))
        #expect(try tx.connection.integer("SELECT count(*) FROM messages") == 0)
        #expect(try tx.connection.integer("SELECT count(*) FROM suppressions") == 2)
      }
    }
  }
}
