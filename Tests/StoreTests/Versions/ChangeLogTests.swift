import Domain
import Testing

@testable import Store

@Suite struct ChangeLogTests {
  private let ann = CustomerKey(1)
  private let ben = CustomerKey(2)

  @Test func `what is changed after a snapshot was taken is known to it`() {
    let log = ChangeLog()
    let snapshot = log.snapshot()
    let work = log.begin()
    work.add([ann])
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    log.end(work)
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
  }

  @Test func `a snapshot taken before the commit of a change does not show it`() {
    let log = ChangeLog()
    let work = log.begin()
    work.add([ann])
    let snapshot = log.snapshot()
    log.end(work)
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
  }

  @Test func `a snapshot taken after the commit shows everything`() {
    let log = ChangeLog()
    let work = log.begin()
    work.add([ann])
    log.end(work)
    #expect(log.changed(among: [ann, ben], since: log.snapshot()).isEmpty)
  }

  @Test func `a newer snapshot's release forgets nothing that an older one needs`() {
    let log = ChangeLog()
    let older = log.snapshot()
    let work = log.begin()
    work.add([ann, ben])
    log.end(work)
    let newer = log.snapshot()
    log.release(newer)
    #expect(log.changed(among: [ann, ben], since: older) == [ann, ben])
    log.release(older)
    #expect(log.changed(among: [ann, ben], since: older).isEmpty)
  }

  @Test func `a run of customers is named like each of them`() {
    let log = ChangeLog()
    let run = [3, 5, 8, 9].map { CustomerKey($0) }
    let all = (0...12).map { CustomerKey($0) }
    let older = log.snapshot()
    let work = log.begin()
    work.add(run: run)
    work.add(run: [])
    work.add([ann])
    let during = log.snapshot()
    #expect(log.changed(among: all, since: older) == Set(run + [ann]))
    log.end(work)
    #expect(log.changed(among: all, since: older) == Set(run + [ann]))
    #expect(log.changed(among: all, since: during) == Set(run + [ann]))
    let newer = log.snapshot()
    #expect(log.changed(among: all, since: newer).isEmpty)
    log.release(older)
    #expect(log.changed(among: all, since: during) == Set(run + [ann]))
    log.release(during)
    log.release(newer)
    #expect(log.isEmpty)
  }

  @Test func `only those asked about are answered`() {
    let log = ChangeLog()
    let snapshot = log.snapshot()
    let work = log.begin()
    work.add([ann])
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    #expect(log.changed(among: [ben], since: snapshot).isEmpty)
    log.end(work)
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    #expect(log.changed(among: [ann, ben], since: log.snapshot()).isEmpty)
  }

  @Test func `a customer of two works is changed until both are over`() {
    let log = ChangeLog()
    let (first, second) = (log.begin(), log.begin())
    first.add([ann, ann])
    second.add([ann])
    log.end(first)
    let snapshot = log.snapshot()
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    log.end(second)
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    log.release(snapshot)
    let later = log.snapshot()
    #expect(log.changed(among: [ann, ben], since: later).isEmpty)
  }

  @Test func `changed again, a customer stays changed when the first change is forgotten`() {
    let log = ChangeLog()
    let oldest = log.snapshot()
    let first = log.begin()
    first.add([ann, ben])
    log.end(first)
    let snapshot = log.snapshot()
    let second = log.begin()
    second.add([ann])
    log.end(second)
    log.release(oldest)
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
    #expect(log.changed(among: [ann, ben], since: snapshot) == [ann])
  }

  @Test func `a long series of works leaves nothing behind`() {
    let log = ChangeLog()
    let held = log.snapshot()
    for number in 0..<5000 {
      let work = log.begin()
      work.add([CustomerKey(Int64(number % 7))])
      log.end(work)
    }
    #expect(log.changed(among: (0..<7).map { CustomerKey($0) }, since: held).count == 7)
    log.release(held)
    #expect(log.isEmpty)
  }
}
