import Platform
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct WakeUpTests {
  /// Time that does not pass before it is told to; tells how long somebody sleeps.
  private final class StandingTime: Sendable {
    private let state = Mutex<(asked: [Duration], waiting: [CheckedContinuation<Void, Never>])>(([], []))

    var asked: [Duration] { state.withLock { $0.asked } }

    func pause(_ duration: Duration) async {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          state.asked.append(duration)
          state.waiting.append(continuation)
        }
      }
    }

    func pass() {
      let waiting = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  private let time = StandingTime()
  private let wakeUp = WakeUp()

  /// Sleeps, and counts that in `ends` when it is over.
  private func sleep(_ limit: Duration?, _ ends: SleepCount) -> Task<Void, Never> {
    let (time, wakeUp) = (time, wakeUp)
    return Task {
      await wakeUp.sleep(atMost: limit, by: { await time.pause($0) })
      ends.count.add(1, ordering: .relaxed)
    }
  }

  private final class SleepCount: Sendable {
    let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
  }

  private func untilAsleep(_ number: Int = 1) async { while time.asked.count < number { await Task.yield() } }

  /// The next sleep lasts until it is woken.
  private func expectNothingKept() async {
    let ends = SleepCount()
    let sleeper = sleep(.seconds(1), ends)
    await untilAsleep()
    for _ in 0..<100 { await Task.yield() }
    #expect(ends.value == 0)
    wakeUp.wake()
    await sleeper.value
    time.pass()
  }

  @Test func `a wake-up ends the sleep before its time`() async {
    let ends = SleepCount()
    let sleeper = sleep(.seconds(15), ends)
    await untilAsleep()
    for _ in 0..<100 { await Task.yield() }
    #expect(ends.value == 0)
    wakeUp.wake()
    await sleeper.value
    #expect(ends.value == 1)
    #expect(time.asked == [.seconds(15)])
    time.pass()
  }

  @Test func `time ends the sleep without a wake-up`() async {
    let ends = SleepCount()
    let sleeper = sleep(.seconds(15), ends)
    await untilAsleep()
    time.pass()
    await sleeper.value
    #expect(ends.value == 1)
  }

  @Test func `wake-ups while nobody sleeps are kept, and count as one`() async {
    wakeUp.wake()
    wakeUp.wake()
    await wakeUp.sleep(atMost: nil)
    await expectNothingKept()
  }

  @Test(arguments: [Duration.zero, .seconds(-1)])
  func `a time that has passed returns at once, and takes what was kept`(limit: Duration) async {
    wakeUp.wake()
    await wakeUp.sleep(atMost: limit)
    await expectNothingKept()
  }

  @Test(arguments: [nil, Duration.seconds(3600)])
  func `a cancelled task does not sleep on`(limit: Duration?) async {
    let ends = SleepCount()
    let sleeper = sleep(limit, ends)
    if limit != nil { await untilAsleep() }
    sleeper.cancel()
    await sleeper.value
    #expect(ends.value == 1)
    time.pass()
  }
}
