import Delivery
import Domain
import Synchronization
import Testing

/// What every adapter has to do, whatever its protocol.
@Suite(.timeLimit(.minutes(2))) struct ConformanceTests {
  private let open = HandoffGate { true }

  @Test(arguments: AdapterUnderTest.allCases)
  func `a message is delivered once, through the gate`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      let opened = Mutex(0)
      let gate = HandoffGate {
        #expect(received() == 0)
        opened.withLock { $0 += 1 }
        return true
      }
      let report = await channel.deliver(message(), at: noon, through: gate)
      #expect(report.outcome == .accepted)
      #expect(report.reference != nil)
      #expect(report.detail == nil)
      #expect(opened.withLock { $0 } == 1)
      #expect(received() == 1)
    }
  }

  @Test(arguments: AdapterUnderTest.allCases)
  func `behind a closed gate nothing reaches the provider`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      let report = await channel.deliver(message(), at: noon, through: HandoffGate { false })
      #expect(report.outcome == .released)
      #expect(received() == 0)
    }
  }

  @Test(
    arguments: AdapterUnderTest.allCases.flatMap { adapter in
      [
        (adapter, ProviderBehaviour.refusesMessage, OutcomeClass.permanent),
        (adapter, .refusesForNow, .temporary), (adapter, .fallsSilent, .ambiguous),
      ].filter { $0.0.supports($0.1) }
    })
  func `answers have their meaning, and silence behind the gate is ambiguous`(
    adapter: AdapterUnderTest, behaviour: ProviderBehaviour, outcome: OutcomeClass
  ) async throws {
    try await adapter.run(behaviour) { channel, _ in
      let report = await channel.deliver(message(), at: noon, through: open)
      #expect(report.outcome == outcome, "\(report)")
      #expect(report.code != nil)
      if adapter.carriesData, behaviour != .fallsSilent {
        #expect(report.detail?.contains("<secret>") == true)
        #expect(report.detail?.contains(AdapterUnderTest.secret) == false)
      }
    }
  }

  @Test(arguments: AdapterUnderTest.allCases.filter { $0.supports(.dropsKept) })
  func `a provider that drops kept connections after accepting gets nothing twice, and the record doubts it`(
    adapter: AdapterUnderTest
  ) async throws {
    let provider = Provider()
    try await adapter.run(.dropsKept, provider: provider) { channel, received in
      var doubts = 0
      for key in 1...42 {
        let report = await channel.deliver(message(key: Int64(key)), at: noon, through: open)
        let wasDropped = provider.drops > doubts
        #expect(report.outcome == (wasDropped ? .ambiguous : .accepted), "message \(key): \(report)")
        #expect(received() == key)
        if wasDropped { doubts += 1 }
      }
      #expect(doubts > 2)
    }
  }

  @Test(arguments: AdapterUnderTest.allCases)
  func `line ends in headers are refused before the gate`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      for poisoned in [
        message(to: "ann@tea.example\r\nBcc: v@y.example"), message(subject: "x\r\nBcc: v@y.example"),
      ] {
        let wasOpened = Mutex(false)
        let report = await channel.deliver(
          poisoned, at: noon,
          through: HandoffGate {
            wasOpened.withLock { $0 = true }
            return true
          })
        // JSON carries an address with a line end safely, as data.
        if adapter.carriesData, report.outcome == .accepted { continue }
        #expect([.permanent, .badAddress].contains(report.outcome))
        #expect(wasOpened.withLock { $0 } == false)
        #expect(received() <= (adapter.carriesData ? 1 : 0))
      }
    }
  }

  @Test(arguments: AdapterUnderTest.allCases)
  func `a task cancelled before the gate delivers nothing and ends`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await channel.deliver(message(), at: noon, through: HandoffGate { true })
      }
      #expect([.released, .providerFault].contains(await task.value.outcome))
      #expect(received() == 0)
    }
  }

  @Test(arguments: AdapterUnderTest.allCases)
  func `a preview shows the message and no secret`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      let form = try channel.preview(message(), at: noon)
      let text = String(decoding: form.bytes, as: UTF8.self)
      #expect(text.contains("Hello Ann"))
      #expect(!text.contains(AdapterUnderTest.secret))
      #expect(received() == 0)
    }
  }

  @Test(arguments: AdapterUnderTest.allCases)
  func `many messages at once all arrive`(adapter: AdapterUnderTest) async throws {
    try await adapter.run(.accepts) { channel, received in
      let outcomes = await withTaskGroup(of: OutcomeClass.self) { group in
        for key in 1...40 {
          group.addTask {
            await channel.deliver(message(key: Int64(key)), at: noon, through: HandoffGate { true }).outcome
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes == [OutcomeClass](repeating: .accepted, count: 40))
      #expect(received() == 40)
    }
  }
}
