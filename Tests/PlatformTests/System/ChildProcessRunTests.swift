import Glibc
import Testing

@testable import Platform

struct ChildProcessRunTests {
  /// A run whose child always has more to say.
  private func endless() throws -> ChildProcessRun {
    var channels = try Channels()
    for index in 1...2 {
      let zero = open("/dev/zero", O_RDONLY | O_CLOEXEC)
      #expect(zero >= 0)
      close(channels.parentEnds[index])
      channels.parentEnds[index] = zero
    }
    let run = ChildProcessRun(channels: channels, input: [], outputLimit: 1000)
    channels.parentEnds = []
    channels.closeAll()
    return run
  }

  @Test func `a child that never stops writing does not hold up the look at the deadline`() throws {
    var run = try endless()
    #expect(run.wait(process: -1, stop: -1, timeout: .seconds(60)) == .other)
    #expect(run.output.count == 1000 && run.isOutputCut)
    run.closeAll()
  }

  @Test func `what others write after the child's end is not waited for`() throws {
    var run = try endless()
    run.drain()
    #expect(run.output.count == 1000 && run.errorOutput.count == 1000)
    run.closeAll()
  }
}
