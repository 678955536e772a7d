import Glibc
import Platform
import Support
import Synchronization
import Testing

@Suite struct LoggerTests {
  @Test func `lines below the minimum are not even computed`() {
    let log = InMemoryLog()
    let logger = Logger(to: log, minimum: .notice)
    let computed = Mutex(0)
    func field() -> String {
      computed.withLock { $0 += 1 }
      return "x"
    }
    logger.info("quiet", ["field": field()])
    #expect(computed.withLock { $0 } == 0)
    logger.error("loud", ["field": field()])
    #expect(computed.withLock { $0 } == 1)
    #expect(log.lines == ["<3>loud field=x"])
  }

  @Test func `context stands first in every line`() {
    let log = InMemoryLog()
    let logger = Logger(to: log).with(["channel": "email"]).with(["lane": 2])
    logger.info("sent", ["id": Int64(7)])
    logger.warning("slow")
    #expect(log.lines == ["<6>sent channel=email lane=2 id=7", "<4>slow channel=email lane=2"])
    #expect(log.events[0]["lane"] == .integer(2))
  }

  @Test func `the writer writes every line and flushes`() throws {
    let pipe = try Pipe()
    let writer = try LogWriter(descriptor: pipe.writeEnd, format: .journal)
    let logger = Logger(to: writer)
    for i in 0..<100 { logger.info("line", ["number": i]) }
    #expect(writer.flush())
    let text = String(decoding: pipe.readAvailable(), as: UTF8.self)
    #expect(text == (0..<100).map { "<6>line number=\($0)\n" }.joined())
    #expect(writer.droppedLines == 0)
  }

  @Test func `a reader that does not read costs lines, never time`() throws {
    let pipe = try Pipe()
    // The pipe is full from the start and the buffer holds 1000 bytes: the rest has nowhere to go.
    pipe.fill()
    let writer = try LogWriter(descriptor: pipe.writeEnd, format: .journal, capacity: 1000)
    let logger = Logger(to: writer)
    for i in 0..<1000 { logger.info("line", ["number": i]) }
    #expect(!writer.flush(timeout: .milliseconds(1)))
    let dropped = writer.droppedLines
    #expect(dropped > 0)
    var received: [UInt8] = []
    while !writer.flush(timeout: .milliseconds(20)) { received += pipe.readAvailable() }
    logger.info("after")
    while !writer.flush(timeout: .milliseconds(20)) { received += pipe.readAvailable() }
    received += pipe.readAvailable()
    let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("<6>line ") }.count == 1000 - dropped)
    #expect(lines.contains { $0.hasPrefix("<4>log_lines_dropped count=") })
    #expect(lines.last == "<6>after")
  }

  @Test func `a closed log does not stop the program`() throws {
    Signals.ignoreBrokenPipes()
    let pipe = try Pipe()
    let writer = try LogWriter(descriptor: pipe.writeEnd, format: .journal)
    pipe.closeReadEnd()
    Logger(to: writer).info("line")
    #expect(writer.flush())
  }

  @Test func `the journal is recognised by its stream`() throws {
    let pipe = try Pipe()
    var status = stat()
    fstat(pipe.writeEnd, &status)
    let environment: Environment = ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]
    #expect(LogFormat.detect(descriptor: pipe.writeEnd, environment: environment) == .journal)
    #expect(LogFormat.detect(descriptor: pipe.writeEnd, environment: ["JOURNAL_STREAM": "1:2"]) == .logfmt)
    #expect(LogFormat.detect(descriptor: pipe.writeEnd, environment: [:]) == .logfmt)
  }
}

/// A pipe whose read end does not block.
private final class Pipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32
  private let isReadEndOpen = Mutex(true)

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError.last("make a pipe") }
    (readEnd, writeEnd) = (ends[0], ends[1])
    _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeReadEnd()
    close(writeEnd)
  }

  func fill() {
    // F_SETPIPE_SZ, which Glibc does not show.
    _ = fcntl(writeEnd, 1031, 4096)
    _ = write(writeEnd, [UInt8](repeating: 0x0A, count: 4096), 4096)
  }

  func closeReadEnd() {
    isReadEndOpen.withLock {
      if $0 { close(readEnd) }
      $0 = false
    }
  }

  func readAvailable() -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(readEnd, &buffer, buffer.count), count > 0 { result += buffer[..<count] }
    return result
  }
}
