import Delivery
import Support
import Testing

@Suite struct TokenBucketTests {
  @Test func `a second at 10 a second lets ten go, evenly`() {
    var bucket = TokenBucket(count: 10, per: .seconds(1))
    var taken: [Duration] = []
    var time = Duration.zero
    while time < .seconds(1) {
      if bucket.take(at: time) { taken.append(time) }
      time += .milliseconds(1)
    }
    #expect(taken == (0..<10).map { .milliseconds($0 * 100) })
  }

  @Test func `after a pause only the burst goes at once`() {
    var bucket = TokenBucket(count: 100, per: .seconds(1))
    #expect(bucket.burst == 10)
    #expect(bucket.available(at: .seconds(500)) == 10)
    var count = 0
    while bucket.take(at: .seconds(500)) { count += 1 }
    #expect(count == 10)
    #expect(bucket.nextToken(after: .seconds(500)) == .seconds(500) + .milliseconds(10))
  }

  @Test func `slow rates count too`() {
    var bucket = TokenBucket(count: 20, per: .seconds(60))
    let start = Duration.seconds(7)
    #expect(bucket.take(at: start) == true)
    #expect(bucket.take(at: start + .milliseconds(2999)) == false)
    #expect(bucket.nextToken(after: start) == start + .seconds(3))
    #expect(bucket.take(at: start + .seconds(3)) == true)
  }

  @Test(arguments: SeededGenerator.seeds(5))
  func `no window of time sees more than rate plus burst`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rate = Int.random(in: 1...500, using: &random)
    var bucket = TokenBucket(count: rate, per: .seconds(1), burst: Int.random(in: 1...20, using: &random))
    var time = Duration.zero
    var taken: [Duration] = []
    for _ in 0..<5000 {
      time += .microseconds(Int64.random(in: 0...4000, using: &random))
      if bucket.take(at: time) { taken.append(time) }
      let promised = bucket.nextToken(after: time)
      if promised > time {
        var copy = bucket
        #expect(copy.take(at: promised - .nanoseconds(1)) == false, "\(random)")
        #expect(copy.take(at: promised) == true, "\(random)")
      }
    }
    #expect(taken.count >= 10, "seed \(seed)")
    for first in stride(from: 0, to: taken.count, by: 37) {
      let within = taken[first...].prefix { $0 < taken[first] + .seconds(1) }.count
      #expect(within <= rate + bucket.burst, "\(random)")
    }
  }
}

@Suite struct ConcurrencyWindowTests {
  @Test func `it opens by one for a window of successes`() {
    var window = ConcurrencyWindow(maximum: 20)
    #expect(window.limit == 5)
    for _ in 0..<6 { window.succeeded() }
    #expect(window.limit == 6)
    for _ in 0..<1000 { window.succeeded() }
    #expect(window.limit == 20)
  }

  @Test func `a run of failures halves it once`() {
    var window = ConcurrencyWindow(maximum: 20)
    for _ in 0..<1000 { window.succeeded() }
    for _ in 0..<20 { window.failed() }
    #expect(window.limit == 10)
    window.succeeded()
    window.failed()
    #expect(window.limit == 5)
  }

  @Test func `it never closes and never exceeds the connections`() {
    var window = ConcurrencyWindow(maximum: 3)
    #expect(window.limit == 3)
    for _ in 0..<50 {
      window.failed()
      window.succeeded()
      #expect((1...3).contains(window.limit))
    }
    for _ in 0..<50 { window.failed() }
    #expect(window.limit >= 1)
    #expect(ConcurrencyWindow(maximum: 0).limit == 1)
  }
}
