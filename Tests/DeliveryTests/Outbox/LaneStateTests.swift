import Domain
import Support
import Testing

@testable import Delivery

@Suite struct LaneStateTests {
  private func messages(_ keys: ClosedRange<Int64>) -> [ClaimedMessage] { keys.map { message(key: $0) } }

  @Test func `it claims two windows, starts one, and claims again when half are gone`() {
    var lane = LaneState(FlowSettings(connections: 10))
    var step = lane.step(now: noon, at: .zero)
    #expect(step == LaneState.Step(claim: 10))
    #expect(lane.step(now: noon, at: .zero) == LaneState.Step())
    lane.finishClaim(messages(1...10), asked: 10, nextDue: nil, at: .zero)
    step = lane.step(now: noon, at: .zero)
    #expect(step.start.map(\.key) == [1, 2, 3, 4, 5])
    #expect(step.claim == 0)
    #expect(lane.finish(.accepted, retryAfter: nil, jitter: 0, at: .zero) == .none)
    step = lane.step(now: noon, at: .zero)
    #expect(step.start.map(\.key) == [6])
    #expect(step.claim == 6)
  }

  @Test func `with nothing there it rests until the next is due, at most 15 s`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim([], asked: 10, nextDue: .seconds(4), at: .seconds(1))
    #expect(lane.step(now: noon, at: .seconds(1)) == LaneState.Step(wakeAt: .seconds(5)))
    #expect(lane.step(now: noon, at: .seconds(5)).claim == 10)
    lane.finishClaim([], asked: 10, nextDue: nil, at: .seconds(5))
    #expect(lane.step(now: noon, at: .seconds(5)).wakeAt == .seconds(20))
    lane.wake()
    #expect(lane.step(now: noon, at: .seconds(5)).claim == 10)
  }

  @Test func `a wake-up during an empty claim is not lost`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    lane.wake()
    lane.finishClaim([], asked: 10, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).claim == 10)
  }

  @Test func `due messages that cannot be claimed do not make it spin`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim([], asked: 10, nextDue: .seconds(-5), at: .zero)
    #expect(lane.step(now: noon, at: .zero) == LaneState.Step(wakeAt: .seconds(1)))
  }

  @Test func `the rate holds back and says when to come again`() {
    var lane = LaneState(FlowSettings(rate: SendRate(count: 2, period: .seconds(1)), connections: 10))
    #expect(lane.step(now: noon, at: .zero).claim == 2)
    lane.finishClaim(messages(1...2), asked: 2, nextDue: nil, at: .zero)
    let step = lane.step(now: noon, at: .zero)
    #expect(step.start.map(\.key) == [1])
    #expect(step.wakeAt == .milliseconds(500))
    #expect(lane.step(now: noon, at: .milliseconds(500)).start.map(\.key) == [2])
    #expect(lane.throttledFor == .milliseconds(500))
  }

  @Test func `what expired in the buffer is not sent`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim([message(key: 1, expiresAt: noon), message(key: 2)], asked: 10, nextDue: nil, at: .zero)
    let step = lane.step(now: noon, at: .zero)
    #expect(step.expire.map(\.key) == [1])
    #expect(step.start.map(\.key) == [2])
  }

  @Test func `what reaches the quiet hours in the buffer is given back`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    let evening = noon + .hours(9)
    lane.finishClaim(
      [
        message(key: 1, closesAt: evening), message(key: 2, closesAt: evening + .minutes(1)), message(key: 3),
      ],
      asked: 10, nextDue: nil, at: .zero)
    let step = lane.step(now: evening, at: .zero)
    #expect(step.release.map(\.key) == [1])
    #expect(step.start.map(\.key) == [2, 3])
  }

  @Test func `an open breaker gives the buffer back and later sends one probe`() {
    var lane = LaneState(FlowSettings(connections: 5))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...10), asked: 10, nextDue: nil, at: .zero)
    _ = lane.step(now: noon, at: .zero)
    // The window shrinks to 2 at the first failure, so three in a row are a failed cohort.
    let opened = (1...5).map { _ in lane.finish(.providerFault, retryAfter: nil, jitter: 0, at: .zero) }
    #expect(opened == [.none, .none, .paused, .none, .none])
    let step = lane.step(now: noon, at: .zero)
    #expect(step.release.map(\.key) == [6, 7, 8, 9, 10])
    #expect(step.start.isEmpty && step.claim == 0 && step.wakeAt == .seconds(15))
    #expect(lane.step(now: noon, at: .seconds(10)).claim == 0)
    #expect(lane.step(now: noon, at: .seconds(40)).claim == 1)
    lane.finishClaim([message(key: 20)], asked: 1, nextDue: nil, at: .seconds(40))
    let probe = lane.step(now: noon, at: .seconds(40))
    #expect(probe.start.map(\.key) == [20] && probe.claim == 0)
    #expect(lane.step(now: noon, at: .seconds(41)).start.isEmpty)
    _ = lane.finish(.accepted, retryAfter: nil, jitter: 0, at: .seconds(42))
    #expect(lane.breaker.state == .closed)
    #expect(lane.step(now: noon, at: .seconds(42)).claim > 1)
  }

  @Test func `in doubt the next message is one without a failure behind it`() {
    var lane = LaneState(FlowSettings(connections: 1))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...1), asked: 2, nextDue: .zero, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.map(\.key) == [1])
    #expect(lane.finish(.configurationFault, retryAfter: nil, jitter: 0, at: .zero) == .doubted)
    let step = lane.step(now: noon, at: .seconds(1))
    #expect(step.claim == 1 && step.claimsTrial)
    lane.finishClaim(
      [message(key: 1, standing: .failed), message(key: 2)], asked: 1, nextDue: nil, at: .seconds(1))
    #expect(lane.step(now: noon, at: .seconds(1)).start.map(\.key) == [2])
    #expect(lane.finish(.accepted, retryAfter: nil, jitter: 0, at: .seconds(1)) == .closed)
    #expect(lane.step(now: noon, at: .seconds(1)).start.map(\.key) == [1])
  }

  @Test func `what was looked at too long ago is given back and looked at again`() {
    var lane = LaneState(FlowSettings(rate: SendRate(count: 1, period: .seconds(10)), connections: 10))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(
      [message(key: 1, claimedAt: noon), message(key: 2, claimedAt: noon)], asked: 2, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.map(\.key) == [1])
    #expect(lane.step(now: noon + .seconds(5), at: .seconds(5)).release == [])
    let step = lane.step(now: noon + .seconds(10), at: .seconds(10))
    #expect(step.release.map(\.key) == [2] && step.start == [] && step.claim == 1)
  }

  @Test func `a provider that takes messages and never answers is named and only tried now and then`() {
    var lane = LaneState(FlowSettings(connections: 10))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...1), asked: 10, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.count == 1)
    #expect(lane.step(now: noon, at: .zero).wakeAt == .seconds(15))
    #expect(lane.step(now: noon, at: .seconds(15)).claim == 10)
    lane.finishClaim(messages(4...4), asked: 10, nextDue: nil, at: .seconds(19))
    #expect(lane.step(now: noon, at: .seconds(19)).start.map(\.key) == [4])
    lane.wake()
    _ = lane.step(now: noon, at: .seconds(19))
    lane.finishClaim(messages(5...5), asked: 10, nextDue: nil, at: .seconds(20))
    let silent = lane.step(now: noon, at: .seconds(20))
    #expect(silent.fellSilent && silent.start.map(\.key) == [5] && silent.claim == 0)
    lane.wake()
    let later = lane.step(now: noon, at: .seconds(30))
    #expect(!later.fellSilent && later.claim == 0 && later.wakeAt == .seconds(40))
    #expect(lane.step(now: noon, at: .seconds(40)).claim == 1)
    lane.finishClaim(messages(6...6), asked: 1, nextDue: nil, at: .seconds(40))
    #expect(lane.step(now: noon, at: .seconds(40)).start.map(\.key) == [6])
    lane.wake()
    // One end, whatever it is, says that it goes on.
    _ = lane.finish(.temporary, retryAfter: nil, jitter: 0, at: .seconds(41))
    #expect(lane.step(now: noon, at: .seconds(41)).claim == 10)
    lane.finishClaim(messages(7...8), asked: 10, nextDue: nil, at: .seconds(41))
    #expect(lane.step(now: noon, at: .seconds(41)).start.map(\.key) == [7, 8])
    #expect(lane.step(now: noon, at: .seconds(60)).fellSilent == false)
    #expect(lane.step(now: noon, at: .seconds(61)).fellSilent)
  }

  @Test
  func `a silent provider whose every place is taken is still looked at again, and gets nothing claimed`() {
    var lane = LaneState(FlowSettings(connections: 2))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...2), asked: 4, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.count == 2)
    _ = lane.step(now: noon, at: .seconds(15))
    lane.finishClaim([], asked: 4, nextDue: nil, at: .seconds(15))
    for second in [20, 35, 50, 65] as [Int64] {
      lane.wake()
      let step = lane.step(now: noon, at: .seconds(second))
      #expect(step.start.isEmpty && step.claim == 0)
      #expect(step.wakeAt.map { $0 <= .seconds(second + 15) } == true)
    }
  }

  @Test func `one message that is never answered costs one place, and is told once`() {
    var lane = LaneState(FlowSettings(connections: 5))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...1), asked: 10, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.map(\.key) == [1])
    let silent = lane.step(now: noon, at: .seconds(20))
    #expect(silent.fellSilent && silent.claim == 1)
    lane.finishClaim([], asked: 1, nextDue: nil, at: .seconds(20))
    for round in 0..<10 {
      let time = Duration.seconds(100 + 60 * round)
      lane.wake()
      #expect(lane.step(now: noon, at: time).claim == 1)
      lane.finishClaim(messages(Int64(2 + round)...Int64(2 + round)), asked: 1, nextDue: nil, at: time)
      #expect(lane.step(now: noon, at: time).start.map(\.key) == [Int64(2 + round)])
      _ = lane.finish(.accepted, retryAfter: nil, jitter: 0, at: time + .seconds(1))
      #expect(!lane.step(now: noon, at: time + .seconds(30)).fellSilent)
      lane.finishClaim([], asked: 1, nextDue: nil, at: time + .seconds(30))
    }
  }

  @Test func `draining gives back what is claimed and ends when all is done`() {
    var lane = LaneState(FlowSettings(connections: 1))
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...2), asked: 2, nextDue: nil, at: .zero)
    #expect(lane.step(now: noon, at: .zero).start.map(\.key) == [1])
    lane.finishClaim(messages(3...3), asked: 1, nextDue: nil, at: .zero)
    lane.drain()
    let step = lane.step(now: noon, at: .zero)
    #expect(step.release.map(\.key) == [2, 3])
    #expect(!step.isDone)
    _ = lane.finish(.accepted, retryAfter: nil, jitter: 0, at: .zero)
    #expect(lane.step(now: noon, at: .zero).isDone)
  }

  @Test func `a stalled store stops claims and starts`() {
    var lane = LaneState(FlowSettings())
    _ = lane.step(now: noon, at: .zero)
    lane.finishClaim(messages(1...5), asked: 5, nextDue: nil, at: .zero)
    lane.isStoreStalled = true
    let step = lane.step(now: noon, at: .zero)
    #expect(step == LaneState.Step(wakeAt: .seconds(15)))
    lane.isStoreStalled = false
    #expect(lane.step(now: noon, at: .zero).start.count == 5)
  }

  @Test(arguments: SeededGenerator.seeds(6))
  func `whatever happens, the limits hold and no message is lost or started twice`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var lane = LaneState(FlowSettings(connections: Int.random(in: 1...20, using: &random)))
    let limit = lane.window.maximum
    var time = Duration.zero
    var nextKey: Int64 = 1
    var asked: Int?
    var claimed: Set<Int64> = []
    var started: Set<Int64> = []
    var underWay = 0
    for _ in 0..<3000 {
      time += .milliseconds(Int64.random(in: 0...2000, using: &random))
      let step = lane.step(now: noon, at: time)
      for message in step.start {
        #expect(started.insert(message.key).inserted, "\(random)")
        claimed.remove(message.key)
      }
      for message in step.release { #expect(claimed.remove(message.key) != nil, "\(random)") }
      underWay += step.start.count
      #expect(underWay <= limit && underWay == lane.underWay, "\(random)")
      #expect(lane.claimed <= 2 * limit, "\(random)")
      if step.claim > 0 {
        #expect(asked == nil, "\(random)")
        asked = step.claim
      }
      if let amount = asked, Bool.random(using: &random) {
        let count = Int.random(in: 0...amount, using: &random)
        let fresh = (0..<count).map { message(key: nextKey + Int64($0)) }
        nextKey += Int64(count)
        claimed.formUnion(fresh.map(\.key))
        lane.finishClaim(fresh, asked: amount, nextDue: .seconds(1), at: time)
        asked = nil
      }
      while underWay > 0, Bool.random(using: &random) {
        underWay -= 1
        let outcome = OutcomeClass.allCases.randomElement(using: &random) ?? .accepted
        let standing = ClaimedMessage.Standing.allCases.randomElement(using: &random) ?? .clean
        _ = lane.finish(outcome, standing: standing, retryAfter: nil, jitter: 0, at: time)
      }
      #expect(claimed.count == lane.claimed, "\(random)")
    }
    #expect(started.count > 20, "\(random)")
  }
}
