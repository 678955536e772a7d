import Delivery
import Domain
import Testing

@Suite struct CircuitBreakerTests {
  private func fail(
    _ breaker: inout CircuitBreaker, times: Int, _ outcome: OutcomeClass = .providerFault,
    retryAfter: Duration? = nil, window: Int = 5, at time: Duration = .zero
  ) -> Bool {
    var opened = false
    for _ in 0..<times {
      let change = breaker.finished(outcome, retryAfter: retryAfter, window: window, jitter: 0, at: time)
      opened = change == .paused || opened
    }
    return opened
  }

  @Test func `a failed cohort opens it for 30 seconds, then one probe may go`() {
    var breaker = CircuitBreaker()
    #expect(fail(&breaker, times: 4) == false)
    #expect(breaker.allowance(at: .zero) == nil)
    #expect(fail(&breaker, times: 1) == true)
    #expect(breaker.state == .open(until: .seconds(30), .fault))
    #expect(breaker.allowance(at: .seconds(29)) == 0)
    #expect(breaker.allowance(at: .seconds(30)) == 1)
    breaker.started()
    #expect(breaker.allowance(at: .seconds(31)) == 0)
    #expect(breaker.finished(.accepted, retryAfter: nil, window: 5, jitter: 0, at: .seconds(32)) == .closed)
    #expect(breaker.state == .closed)
  }

  @Test func `failed probes double the pause up to 15 minutes`() {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 5)
    var time = Duration.zero
    var pauses: [Int] = []
    for _ in 0..<8 {
      guard case .open(let until, .fault) = breaker.state else { break }
      pauses.append(Int((until - time).inSeconds))
      time = until
      #expect(breaker.allowance(at: time) == 1)
      breaker.started()
      #expect(fail(&breaker, times: 1, at: time) == true)
    }
    #expect(pauses == [30, 60, 120, 240, 480, 900, 900, 900])
  }

  @Test func `an answer in between starts the run anew`() {
    var breaker = CircuitBreaker()
    for _ in 0..<4 {
      #expect(fail(&breaker, times: 4) == false)
      _ = breaker.finished(.permanent, retryAfter: nil, window: 5, jitter: 0, at: .zero)
    }
    #expect(breaker.state == .closed)
  }

  @Test func `half of twenty within 30 seconds open it`() {
    var breaker = CircuitBreaker()
    for round in 0..<10 {
      _ = breaker.finished(.accepted, retryAfter: nil, window: 50, jitter: 0, at: .seconds(1))
      let opened = breaker.finished(.throttled, retryAfter: nil, window: 50, jitter: 0, at: .seconds(1))
      #expect((opened == .paused) == (round == 9))
    }
    var slow = CircuitBreaker()
    for second in 0..<200 {
      _ = slow.finished(.accepted, retryAfter: nil, window: 50, jitter: 0, at: .seconds(second * 4))
      #expect(
        slow.finished(.throttled, retryAfter: nil, window: 50, jitter: 0, at: .seconds(second * 4)) == .none)
    }
  }

  @Test func `what the provider asks for wins when it is longer`() {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 5, .throttled, retryAfter: .seconds(300))
    #expect(breaker.state == .open(until: .seconds(300), .fault))
    _ = fail(&breaker, times: 1, .throttled, retryAfter: .seconds(500), at: .seconds(1))
    #expect(breaker.state == .open(until: .seconds(501), .fault))
  }

  /// One line: what happened, then what it changed and what the breaker is then.
  struct Line: Sendable, CustomTestStringConvertible {
    var events: [(outcome: OutcomeClass, isAccused: Bool)]
    var change: CircuitBreaker.Change
    var state: CircuitBreaker.State

    init(
      _ outcomes: [OutcomeClass], accused: Set<Int> = [], _ change: CircuitBreaker.Change,
      _ state: CircuitBreaker.State
    ) {
      events = outcomes.enumerated().map { ($1, accused.contains($0)) }
      self.change = change
      self.state = state
    }
    var testDescription: String { events.map { $0.outcome.rawValue }.joined(separator: ", ") }
  }

  private static let stopped = CircuitBreaker.State.open(until: .seconds(30), .refusal)

  @Test(arguments: [
    Line([.configurationFault], .doubted, .doubted(probing: false)),
    Line([.configurationFault, .accepted], .closed, .closed),
    Line([.configurationFault, .permanent], .closed, .closed),
    Line([.configurationFault, .badAddress], .closed, .closed),
    Line([.configurationFault, .released], .none, .doubted(probing: false)),
    Line([.configurationFault, .providerFault], .none, .doubted(probing: false)),
    Line([.configurationFault, .configurationFault], .stopped, stopped),
    Line([.configurationFault, .configurationFault, .configurationFault], .none, stopped),
    // Stragglers neither open it earlier nor close it.
    Line([.configurationFault, .configurationFault, .accepted], .none, stopped),
    // A message that others have passed since says nothing about the channel.
    Line([.configurationFault], accused: [0], .none, .closed),
    Line([.configurationFault, .configurationFault], accused: [1], .none, .doubted(probing: false)),
    Line([.configurationFault, .accepted, .configurationFault], .doubted, .doubted(probing: false)),
  ])
  func `the answer to another message tells whether the channel is refused`(line: Line) {
    var breaker = CircuitBreaker()
    var change = CircuitBreaker.Change.none
    for event in line.events {
      _ = breaker.allowance(at: .zero)
      breaker.started()
      change = breaker.finished(
        event.outcome, isAccused: event.isAccused, retryAfter: nil, window: 5, jitter: 0, at: .zero)
    }
    #expect(change == line.change)
    #expect(breaker.state == line.state)
  }

  @Test func `in doubt one message may go at a time, and a stopped channel is tried again ever more rarely`()
  {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 1, .configurationFault)
    #expect(breaker.allowance(at: .zero) == 1 && breaker.isTrying)
    breaker.started()
    #expect(breaker.allowance(at: .zero) == 0)
    var time = Duration.zero
    var pauses: [Int] = []
    for _ in 0..<7 {
      _ = fail(&breaker, times: 1, .configurationFault, at: time)
      guard case .open(let until, .refusal) = breaker.state else { break }
      pauses.append(Int((until - time).inSeconds))
      time = until
      #expect(breaker.allowance(at: time) == 1 && breaker.isTrying)
      breaker.started()
    }
    #expect(pauses == [30, 60, 120, 240, 480, 900, 900])
    #expect(breaker.finished(.accepted, retryAfter: nil, window: 5, jitter: 0, at: time) == .closed)
  }

  @Test func `a probe that comes back untried may be tried again`() {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 5)
    _ = breaker.allowance(at: .seconds(30))
    breaker.started()
    _ = breaker.finished(.released, retryAfter: nil, window: 5, jitter: 0, at: .seconds(31))
    #expect(breaker.allowance(at: .seconds(31)) == 1)
  }
}
