import Domain
import Testing

@testable import Service

@Suite struct TouchLogTests {
  private let ann = CustomerKey(1)
  private let ben = CustomerKey(2)

  @Test func `what is touched after a picture was taken is known to it`() {
    let log = TouchLog()
    let picture = log.picture()
    let work = log.begin()
    work.add([ann])
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    log.end(work)
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
  }

  @Test func `a picture taken before the commit of a touch does not show it`() {
    let log = TouchLog()
    let work = log.begin()
    work.add([ann])
    let picture = log.picture()
    log.end(work)
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
  }

  @Test func `a picture taken after the commit shows everything`() {
    let log = TouchLog()
    let work = log.begin()
    work.add([ann])
    log.end(work)
    #expect(log.touched(among: [ann, ben], since: log.picture()).isEmpty)
  }

  @Test func `a newer picture's release forgets nothing that an older one needs`() {
    let log = TouchLog()
    let older = log.picture()
    let work = log.begin()
    work.add([ann, ben])
    log.end(work)
    let newer = log.picture()
    log.release(newer)
    #expect(log.touched(among: [ann, ben], since: older) == [ann, ben])
    log.release(older)
    #expect(log.touched(among: [ann, ben], since: older).isEmpty)
  }

  @Test func `a run of customers is named like each of them`() {
    let log = TouchLog()
    let run = [3, 5, 8, 9].map { CustomerKey($0) }
    let all = (0...12).map { CustomerKey($0) }
    let older = log.picture()
    let work = log.begin()
    work.add(run: run)
    work.add(run: [])
    work.add([ann])
    let during = log.picture()
    #expect(log.touched(among: all, since: older) == Set(run + [ann]))
    log.end(work)
    #expect(log.touched(among: all, since: older) == Set(run + [ann]))
    #expect(log.touched(among: all, since: during) == Set(run + [ann]))
    let newer = log.picture()
    #expect(log.touched(among: all, since: newer).isEmpty)
    log.release(older)
    #expect(log.touched(among: all, since: during) == Set(run + [ann]))
    log.release(during)
    log.release(newer)
    #expect(log.isEmpty)
  }

  @Test func `only those asked about are answered`() {
    let log = TouchLog()
    let picture = log.picture()
    let work = log.begin()
    work.add([ann])
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    #expect(log.touched(among: [ben], since: picture).isEmpty)
    log.end(work)
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    #expect(log.touched(among: [ann, ben], since: log.picture()).isEmpty)
  }

  @Test func `a customer of two works is touched until both are over`() {
    let log = TouchLog()
    let (first, second) = (log.begin(), log.begin())
    first.add([ann, ann])
    second.add([ann])
    log.end(first)
    let picture = log.picture()
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    log.end(second)
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    log.release(picture)
    let later = log.picture()
    #expect(log.touched(among: [ann, ben], since: later).isEmpty)
  }

  @Test func `touched again, a customer stays touched when the first touch is forgotten`() {
    let log = TouchLog()
    let oldest = log.picture()
    let first = log.begin()
    first.add([ann, ben])
    log.end(first)
    let picture = log.picture()
    let second = log.begin()
    second.add([ann])
    log.end(second)
    log.release(oldest)
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
    #expect(log.touched(among: [ann, ben], since: picture) == [ann])
  }

  @Test func `a long series of works leaves nothing behind`() {
    let log = TouchLog()
    let held = log.picture()
    for number in 0..<5000 {
      let work = log.begin()
      work.add([CustomerKey(Int64(number % 7))])
      log.end(work)
    }
    #expect(log.touched(among: (0..<7).map { CustomerKey($0) }, since: held).count == 7)
    log.release(held)
    #expect(log.isEmpty)
  }
}
