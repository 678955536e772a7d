import Delivery
import Domain
import Platform
import Testing

/// The contract of `Outbox`, asked of the one in the store and of the one that the dispatcher is tested with.
@Suite(.timeLimit(.minutes(5))) struct OutboxConformanceTests {
  private func claim(
    _ outbox: any Outbox, _ limit: Int = 100, isTrial: Bool = false, at now: Instant = noon
  ) async throws -> [ClaimedMessage] {
    try await outbox.claim(
      channel: "email", limit: limit, isTrial: isTrial, lease: .minutes(20), now: now)
  }

  private func numbers(_ messages: [ClaimedMessage]) -> [String] { messages.map(\.content.text) }

  private func result(
    _ message: ClaimedMessage, _ outcome: OutcomeClass, from begun: Instant = noon, to ended: Instant = noon,
    handedOver: Bool = true
  ) -> AttemptResult {
    RetryPolicy().result(
      of: message, DeliveryReport(outcome), begunAt: begun, handoffAt: handedOver ? begun : nil,
      endedAt: ended, jitter: 0)
  }

  @Test(arguments: OutboxKind.allCases)
  func `the best come first: by priority, then by due time, then by age`(kind: OutboxKind) async throws {
    try await kind.use { under in
      var drafts = (1...5).map { MessageDraft($0) }
      drafts[1].dueAt = noon - .seconds(1)
      drafts[2].priority = 5
      drafts[3].priority = 200
      drafts[3].dueAt = noon - .hours(1)
      drafts[4].channel = "sms"
      try await under.add(drafts)
      let first = try await claim(under.outbox, 2)
      let rest = try await claim(under.outbox)
      #expect(numbers(first) == ["3", "2"])
      #expect(numbers(rest) == ["1", "4"])
      #expect((first + rest).allSatisfy { $0.attempt == 1 && $0.standing == .clean })
      #expect(Set((first + rest).map(\.token)).count == 4)
      #expect(try await claim(under.outbox) == [])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `what waits comes when its time has come`(kind: OutboxKind) async throws {
    try await kind.use { under in
      var later = MessageDraft(1)
      later.dueAt = noon + .minutes(10)
      var latest = MessageDraft(2)
      latest.dueAt = noon + .minutes(20)
      try await under.add([latest, later])
      #expect(try await under.outbox.nextDue(channel: "email") == noon + .minutes(10))
      #expect(try await under.outbox.nextDue(channel: "sms") == nil)
      #expect(try await claim(under.outbox, at: noon + .minutes(10) - .milliseconds(1)) == [])
      #expect(try await numbers(claim(under.outbox, at: noon + .minutes(10))) == ["1"])
      #expect(try await under.outbox.nextDue(channel: "email") == noon + .minutes(20))
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `of what is queued the best says what is due next`(kind: OutboxKind) async throws {
    try await kind.use { under in
      var best = MessageDraft(1)
      best.priority = 5
      best.dueAt = noon - .minutes(1)
      var oldest = MessageDraft(2)
      oldest.dueAt = noon - .hours(1)
      try await under.add([oldest, best])
      #expect(try await under.outbox.nextDue(channel: "email") == noon - .minutes(1))
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `what has expired or goes to a suppressed address ends, and takes nobody's place`(
    kind: OutboxKind
  ) async throws {
    try await kind.use { under in
      var drafts = (1...4).map { MessageDraft($0) }
      drafts[0].to = "bad@tea.example"
      drafts[1].to = "bad@tea.example"
      drafts[2].expiresAt = noon + .minutes(1)
      try await under.add(drafts)
      let first = try #require(try await claim(under.outbox, 1).first)
      #expect(try await under.outbox.record([result(first, .badAddress)]) == 0)
      #expect(try await numbers(claim(under.outbox, 1, at: noon + .minutes(1))) == ["4"])
      #expect(
        try await under.states() == [1: .dead, 2: .suppressed, 3: .expired, 4: .leased])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `only a claim that holds may hand over, and once`(kind: OutboxKind) async throws {
    try await kind.use { under in
      try await under.add([MessageDraft(1), MessageDraft(2)])
      let claimed = try await claim(under.outbox)
      var forged = claimed[1].claim
      forged.token = ClaimToken(bytes: [UInt8](repeating: 9, count: 16))
      let claims = [claimed[0].claim, forged]
      #expect(try await under.outbox.beginHandoff(claims, now: noon) == [claimed[0].token])
      #expect(try await under.outbox.beginHandoff(claims, now: noon) == [])
      #expect(try await under.states() == [1: .handoff, 2: .leased])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `an attempt that is not charged is given back, and a charged one counts`(
    kind: OutboxKind
  ) async throws {
    try await kind.use { under in
      try await under.add((1...3).map { MessageDraft($0) })
      let claimed = try await claim(under.outbox)
      _ = try await under.outbox.beginHandoff(claimed.map(\.claim), now: noon)
      let results = [
        result(claimed[0], .released, handedOver: false), result(claimed[1], .throttled),
        result(claimed[2], .temporary),
      ]
      #expect(try await under.outbox.record(results) == 0)
      #expect(try await under.states() == [1: .queued, 2: .waiting, 3: .waiting])
      let again = try await claim(under.outbox, at: noon + .seconds(30))
      #expect(again.sorted { $0.key < $1.key }.map(\.attempt) == [1, 1, 2])
      // When it was first handed over stays with it.
      #expect(again.allSatisfy { $0.firstHandoffAt == noon })
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `a result whose claim is lost changes nothing, but an acceptance stands`(
    kind: OutboxKind
  ) async throws {
    try await kind.use { under in
      try await under.add([MessageDraft(1), MessageDraft(2)])
      let stale = try await claim(under.outbox)
      let late = noon + .minutes(20)
      try await under.outbox.sweep(now: late)
      let current = try await claim(under.outbox, at: late)
      #expect(numbers(current) == ["1", "2"])
      #expect(current.map(\.attempt) == [1, 1])
      #expect(
        try await under.outbox.record([result(stale[0], .permanent), result(stale[1], .accepted)]) == 2)
      #expect(try await under.states() == [1: .leased, 2: .sent])
      #expect(try await under.outbox.beginHandoff(current.map(\.claim), now: late) == [current[0].token])
      #expect(try await under.outbox.record([result(current[1], .temporary)]) == 1)
      #expect(try await under.states() == [1: .handoff, 2: .sent])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `a trial spares what has failed, and the standing tells whose fault it is`(
    kind: OutboxKind
  ) async throws {
    try await kind.use { under in
      var drafts = (1...3).map { MessageDraft($0) }
      drafts[0].priority = 1
      try await under.add(drafts)
      let first = try #require(try await claim(under.outbox, 1).first)
      let failed = noon + .seconds(1)
      _ = try await under.outbox.record([result(first, .providerFault, to: failed)])
      let later = noon + .minutes(1)
      let trial = try await claim(under.outbox, 1, isTrial: true, at: later)
      #expect(numbers(trial) == ["2"])
      #expect(trial.map(\.standing) == [.clean])
      let other = try await claim(under.outbox, 1, at: later)
      #expect(numbers(other) == ["1"])
      #expect(other.map(\.standing) == [.failed])
      _ = try await under.outbox.record([
        result(other[0], .released, handedOver: false),
        result(trial[0], .accepted, from: later, to: later),
      ])
      let accused = try await claim(under.outbox, 1, at: later)
      #expect(numbers(accused) == ["1"])
      #expect(accused.map(\.standing) == [.accused])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `a trial takes what has failed where there is nothing else`(kind: OutboxKind) async throws {
    try await kind.use { under in
      try await under.add([MessageDraft(1)])
      let first = try #require(try await claim(under.outbox).first)
      _ = try await under.outbox.record([result(first, .providerFault)])
      #expect(try await numbers(claim(under.outbox, isTrial: true, at: noon + .minutes(1))) == ["1"])
    }
  }

  @Test(arguments: OutboxKind.allCases)
  func `a sweep expires what is overdue and frees what lapsed`(kind: OutboxKind) async throws {
    try await kind.use { under in
      var drafts = (1...4).map { MessageDraft($0) }
      drafts[2].expiresAt = noon + .minutes(20)
      drafts[3].dueAt = noon + .hours(1)
      drafts[3].expiresAt = noon + .minutes(20)
      try await under.add(drafts)
      let claimed = try await claim(under.outbox, 2)
      _ = try await under.outbox.beginHandoff([claimed[1].claim], now: noon)
      try await under.outbox.sweep(now: noon + .minutes(20) - .milliseconds(1))
      #expect(try await under.states() == [1: .leased, 2: .handoff, 3: .queued, 4: .waiting])
      try await under.outbox.sweep(now: noon + .minutes(20))
      #expect(try await under.states() == [1: .queued, 2: .ambiguous, 3: .expired, 4: .expired])
      #expect(try await claim(under.outbox, at: noon + .minutes(20)).map(\.attempt) == [1])
    }
  }
}
