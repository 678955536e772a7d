import Delivery
import Domain
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Configuration
@testable import Import
@testable import Service

/// A source that hangs holds up neither other sources nor the end of the daemon.
@Suite(.timeLimit(.minutes(5))) struct SourceIndependenceTests {
  /// Blocks threads until it is opened.
  private final class Gate: Sendable {
    private let state = Monitor((isOpen: false, waiters: 0))

    func pass() {
      state.update { $0.waiters += 1 }
      _ = state.wait { $0.isOpen ? true : nil }
    }

    func open() { state.update { $0.isOpen = true } }
    var waiters: Int { state.read { $0.waiters } }
  }

  @Test func `a file that hangs holds up no other source`() async throws {
    try await WatchedFolder.run { folder in
      let gate = Gate()
      defer { gate.open() }
      try folder.write("a.csv", "id\na\n")
      let other = try folder.another("other", below: "more")
      try Files.write(Array("id\nb\n".utf8), to: folder.path + "/more/b.csv")
      _ = await folder.watch.look()
      let seen = try Files.list(folder.path) { $0 == "a.csv" }
      let begun = SourceFile(
        source: "shop", file: "a.csv", size: seen[0].size, modified: "1", reading: "", fingerprint: "",
        outcome: .running, at: folder.time.now)
      let thread = Mutex("")
      let hanging = Task { [watch = folder.watch, path = folder.path] in
        try await SourceImport(watch: watch, path: path + "/a.csv", file: begun).run {
          let name = try? Files.readText("/proc/thread-self/comm")
          thread.withLock { $0 = name ?? "" }
          gate.pass()
          return true
        }
      }
      try await eventually("hanging file") { gate.waiters == 1 }
      #expect(thread.withLock { $0 } == "source\n")
      let looking = Task { [time = folder.time] in
        _ = await other.look()
        time.advance(by: .seconds(60))
        _ = await other.look()
      }
      try await eventually("other source") { try await folder.customers() == ["b"] }
      await looking.value
      gate.open()
      try await hanging.value
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  /// Sources of the daemon's store, and the task that serves them.
  private func serve(
    _ folder: WatchedFolder, _ place: SourcePlace, by clock: LoopClock? = nil
  ) throws -> (serving: Task<Void, Never>, over: Monitor<Bool>) {
    let clock = clock ?? folder.time.clock
    let daemon = folder.shop.daemon
    let sources = ImportSources(at: folder.site(by: clock)) {
      DaemonPart(
        name: $0, patience: .seconds(300), heartbeat: Heartbeat(clock: clock), health: daemon.workHealth)
    }
    let settings = SourceSettings(
      place: place, rhythm: .every(.seconds(60)), options: ImportOptions(kind: .customers))
    try sources.apply([
      NamedEntry(name: Located("shop", at: YAMLSpan(start: .start, end: .start), in: ""), value: settings)
    ])
    let over = Monitor(false)
    let serving = Task {
      await sources.run()
      over.update { $0 = true }
    }
    return (serving, over)
  }

  @Test func `a stop waits at most five seconds for a source that hangs, and names it`() async throws {
    try await WatchedFolder.run { folder in
      let gate = Gate()
      defer { gate.open() }
      let time = folder.time
      try folder.write("a.csv", "id\na\n")
      var clock = time.clock
      // A check asks on the source's own thread.
      clock.uptime = {
        if (try? Files.readText("/proc/thread-self/comm")) == "source\n" { gate.pass() }
        return time.elapsed
      }
      let (serving, over) = try serve(folder, folder.watch.settings.place, by: clock)
      try await eventually("hanging source") { gate.waiters == 1 }
      serving.cancel()
      try await eventually("wait for it") { time.sleeping.contains(.seconds(5)) }
      time.advance(by: .seconds(5))
      try await eventually("end") { over.read { $0 } }
      let told = folder.log.lines.filter { $0.contains("source_left_behind") }
      #expect(told.count == 1 && told.first?.contains("source=shop") == true, "\(told)")
    }
  }

  @Test(arguments: ["http", "sftp"])
  func `a stop ends a transfer that hangs at once`(scheme: String) async throws {
    let (asked, gate) = (Monitor(false), Gate())
    defer { gate.open() }
    let silent = try LoopbackListener { _ in
      asked.update { $0 = true }
      gate.pass()
    }
    let url = try ServiceURL(
      "\(scheme)://127.0.0.1:\(silent.port)/files/", rules: .init(schemes: ["http", "sftp"]))
    let place: SourcePlace =
      scheme == "http"
      ? .web(WebSource(url: url))
      : .sftp(
        SFTPSource(
          url: url, user: "shop", keyFile: "/dev/null", knownHosts: "/dev/null", pattern: FilePattern("*.csv")
        ))
    try await WatchedFolder.run { folder in
      let (serving, over) = try serve(folder, place)
      try await eventually("connection") { asked.read { $0 } }
      serving.cancel()
      // Virtual time stands still: nothing but the end of the transfer ends it.
      try await eventually("end") { over.read { $0 } }
      #expect(folder.log.lines.allSatisfy { !$0.contains("source_left_behind") })
    }
  }
}
