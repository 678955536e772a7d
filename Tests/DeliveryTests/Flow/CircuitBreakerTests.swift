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
      opened =
        breaker.finished(outcome, retryAfter: retryAfter, window: window, jitter: 0, at: time) || opened
    }
    return opened
  }

  @Test func `a failed cohort opens it for 30 seconds, then one probe may go`() {
    var breaker = CircuitBreaker()
    #expect(fail(&breaker, times: 4) == false)
    #expect(breaker.allowance(at: .zero) == nil)
    #expect(fail(&breaker, times: 1) == true)
    #expect(breaker.state == .open(until: .seconds(30)))
    #expect(breaker.allowance(at: .seconds(29)) == 0)
    #expect(breaker.allowance(at: .seconds(30)) == 1)
    breaker.started()
    #expect(breaker.allowance(at: .seconds(31)) == 0)
    #expect(breaker.finished(.accepted, retryAfter: nil, window: 5, jitter: 0, at: .seconds(32)) == false)
    #expect(breaker.state == .closed)
  }

  @Test func `failed probes double the pause up to 15 minutes`() {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 5)
    var time = Duration.zero
    var pauses: [Int] = []
    for _ in 0..<8 {
      guard case .open(let until) = breaker.state else { break }
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
      #expect(opened == (round == 9))
    }
    var slow = CircuitBreaker()
    for second in 0..<200 {
      _ = slow.finished(.accepted, retryAfter: nil, window: 50, jitter: 0, at: .seconds(second * 4))
      #expect(
        slow.finished(.throttled, retryAfter: nil, window: 50, jitter: 0, at: .seconds(second * 4)) == false)
    }
  }

  @Test func `what the provider asks for wins when it is longer`() {
    var breaker = CircuitBreaker()
    _ = fail(&breaker, times: 5, .throttled, retryAfter: .seconds(300))
    #expect(breaker.state == .open(until: .seconds(300)))
    _ = fail(&breaker, times: 1, .throttled, retryAfter: .seconds(500), at: .seconds(1))
    #expect(breaker.state == .open(until: .seconds(501)))
  }

  @Test func `refused settings stop the channel for good`() {
    var breaker = CircuitBreaker()
    #expect(breaker.finished(.configurationFault, retryAfter: nil, window: 5, jitter: 0, at: .zero) == true)
    #expect(breaker.finished(.configurationFault, retryAfter: nil, window: 5, jitter: 0, at: .zero) == false)
    _ = breaker.finished(.accepted, retryAfter: nil, window: 5, jitter: 0, at: .zero)
    #expect(breaker.allowance(at: .seconds(1_000_000)) == 0)
    #expect(breaker.nextChange == nil)
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
