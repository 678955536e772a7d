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
    log.add([ann], to: work)
    #expect(log.touched(since: picture) == [ann])
    log.end(work)
    #expect(log.touched(since: picture) == [ann])
  }

  @Test func `a picture taken before the commit of a touch does not show it`() {
    let log = TouchLog()
    let work = log.begin()
    log.add([ann], to: work)
    let picture = log.picture()
    log.end(work)
    #expect(log.touched(since: picture) == [ann])
  }

  @Test func `a picture taken after the commit shows everything`() {
    let log = TouchLog()
    let work = log.begin()
    log.add([ann], to: work)
    log.end(work)
    #expect(log.touched(since: log.picture()).isEmpty)
  }

  @Test func `a newer picture's release forgets nothing that an older one needs`() {
    let log = TouchLog()
    let older = log.picture()
    let work = log.begin()
    log.add([ann, ben], to: work)
    log.end(work)
    let newer = log.picture()
    log.release(newer)
    #expect(log.touched(since: older) == [ann, ben])
    log.release(older)
    #expect(log.touched(since: older).isEmpty)
  }
}
