import Glibc
import Platform
import Testing

@Suite(.serialized) struct BlackBoxTests {
  /// Swift hides fork(2), which is safe here: the child marks, traps and never comes back.
  private static let fork = unsafeBitCast(
    dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork"), to: (@convention(c) () -> pid_t).self)

  private static let body = Array(#"{"sentAt":"2026-01-01T00:00:00Z","userId":"ann"}"#.utf8)

  /// Runs `end` in a process of its own that marks in a file, and reads what is left.
  ///
  /// - Parameter beginsBefore: whether marking has begun before `end`.
  private func report(beginsBefore: Bool = true, _ end: (BlackBox) -> Void) throws -> CrashReport? {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-blackbox")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/work"
    let box = try BlackBox(path: path)
    #expect(box.report == nil)
    let child = Self.fork()
    if child == 0 {
      // No core, and an end in any case.
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(4), &none)
      alarm(20)
      // The thread of a test may hold signals back, and one that is held back ends nothing.
      var nothing = sigset_t()
      sigemptyset(&nothing)
      pthread_sigmask(SIG_SETMASK, &nothing, nil)
      // Whoever else watches for traps in this process would take seconds to say so.
      for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { signal(number, SIG_DFL) }
      if beginsBefore { try? box.begin() }
      end(box)
      _exit(0)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return try BlackBox(path: path).report
  }

  @Test(arguments: [
    (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"), (SIGSEGV, "SIGSEGV"), (SIGBUS, "SIGBUS"), (SIGFPE, "SIGFPE"),
    (SIGABRT, "SIGABRT"),
  ])
  func `a trap leaves its name and what was in hand`(signal: Int32, name: String) throws {
    let found = try report { box in
      box.work(on: .enrollment, 7) { _ = raise(signal) }
    }
    #expect(found == CrashReport(signal: name, guilty: .init(WorkItem(.enrollment, 7))))
  }

  @Test func `SIGKILL and an orderly end leave nothing`() throws {
    #expect(try report { box in box.work(on: .enrollment, 7) { _ = raise(SIGKILL) } } == nil)
    #expect(try report { box in box.work(on: .enrollment, 7) {} } == nil)
  }

  @Test func `the innermost work counts, and what is done does not`() throws {
    let found = try report { box in
      box.work(on: .enrollment, 1) {}
      box.work(on: .request) {
        box.section { section in
          section.now(on: .event, id: "m-1")
          section.now(on: .event, id: "m-2", count: 3)
          abort()
        }
      }
    }
    #expect(found == CrashReport(signal: "SIGABRT", guilty: .init(WorkItem(.event, "m-2"), count: 3)))
  }

  @Test func `what tasks hold is told beside it`() throws {
    let found = try report { box in
      let held = box.hold(.message, 4)
      _ = box.hold(.message, 5)
      box.letGo(held)
      abort()
    }
    #expect(found == CrashReport(signal: "SIGABRT", atHand: [.init(WorkItem(.message, 5))]))
  }

  @Test func `a signal from another process tells what threads had in hand, and of how much`() throws {
    let found = try report { box in
      _ = box.hold(.message, 4)
      box.work(on: .enrollment, 7, count: 1500) {
        let own = getpid()
        if Self.fork() == 0 {
          kill(own, SIGABRT)
          _exit(0)
        }
        while true { pause() }
      }
    }
    #expect(
      found
        == CrashReport(
          signal: "SIGABRT", atHand: [.init(WorkItem(.enrollment, 7), count: 1500)], isFromOutside: true))
  }

  @Test func `a body is known again by its digest, whenever it was sent`() throws {
    let found = try report { box in
      box.work(onBody: Self.body) { _ = raise(SIGABRT) }
    }
    let again = Array(#"{"sentAt":"2026-01-01T00:00:09Z","userId":"ann"}"#.utf8)
    #expect(found?.guilty?.item == WorkItem(.request, BlackBox.digest(again)))
    let other = Array(#"{"sentAt":"2026-01-01T00:00:00Z","userId":"bob"}"#.utf8)
    #expect(BlackBox.digest(other) != BlackBox.digest(again))
  }

  @Test func `a full stack is a trap like another`() throws {
    let found = try report { box in
      box.work(on: .customer, 3) { _ = Self.depth(1) }
    }
    #expect(found == CrashReport(signal: "SIGSEGV", guilty: .init(WorkItem(.customer, 3))))
  }

  @inline(never) private static func depth(_ number: Int) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      buffer[0] = UInt8(truncatingIfNeeded: number)
      return depth(number + 1) + Int(buffer[0])
    }
  }

  /// Marking may begin when threads are at work already.
  @Test func `a full stack is a trap also of a thread that worked before marking began`() throws {
    let found = try report(beginsBefore: false) { box in
      box.work(on: .customer, 2) {}
      try? box.begin()
      box.work(on: .customer, 3) { _ = Self.depth(1) }
    }
    #expect(found == CrashReport(signal: "SIGSEGV", guilty: .init(WorkItem(.customer, 3))))
  }

  @Test func `without a file nothing is marked and everything is done`() {
    #expect(BlackBox.none.work(on: .enrollment, 1) { 7 } == 7)
    #expect(BlackBox.none.hold(.message, 1) == nil)
    #expect(BlackBox.none.report == nil)
  }
}
