import Configuration
import Delivery
import Domain
import Import
import Platform
import Store
import Support
import Synchronization
import Testing

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
}
