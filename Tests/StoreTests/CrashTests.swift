import Domain
import Glibc
import Platform
import Store
import Support
import Testing

/// The promise behind all others: whatever moment the process is killed at, nothing is lost and nothing sent twice.
///
/// A process plans messages, claims them, hands them over to a provider (a file that a line is appended to) and
/// records the outcome, until it is killed; then the next begins. What each knows, it has from the database.
struct CrashTests {
  @Test(arguments: [(StoreKind.sqlite, 30), (.postgresql, 12)])
  func `killed at any moment, nothing is lost and nothing sent twice`(
    kind: StoreKind, kills: Int
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-crash")
    defer { try? Files.removeTree(directory) }
    let url =
      switch kind {
      case .sqlite: "sqlite://\(directory)/test.db"
      case .postgresql: try TemporaryPostgres.shared().makeDatabase()
      }
    var random = SeededGenerator()
    let rerun = "\(random)"
    // On a busy machine a life may end before its first message: then there are more of them.
    let shift = Shift(url: url, directory: directory)
    var lives = 0
    while lives < rounds(kills) || (lives < 10 * rounds(kills) && shift.isTooShort) {
      lives += 1
      let delay = Int(random.next() % 60_000)
      await #expect(processExitsWith: .signal(SIGKILL), "\(rerun)") {
        [url = url as String, directory = directory as String, delay = delay as Int] in
        try await Shift(url: url, directory: directory).work(killAfterMicroseconds: delay)
      }
    }
    try await verify(url: url, directory: directory, rerun)
  }

  private func verify(url: String, directory: String, _ rerun: String) async throws {
    let shift = Shift(url: url, directory: directory)
    try await StoreKind.use(StoreLocation(url: url)) { store in
      _ = try await store.write { try $0.recoverOutbox() }
      let planned = try shift.lines(of: "planned")
      let accepted = try shift.lines(of: "accepted")
      #expect(!shift.isTooShort, "the test means nothing, \(rerun)")
      let records = try await store.read { tx in
        try tx.customer(id: "ann").map { try tx.messages(of: $0.key, limit: .max) } ?? []
      }
      let states = Dictionary(uniqueKeysWithValues: records.map { ($0.uid, $0.state) })
      // Nothing acknowledged is lost.
      for uid in planned where states[uid] == nil { Issue.record("\(uid) is lost, \(rerun)") }
      // Nothing went out twice.
      #expect(Set(accepted).count == accepted.count, "\(rerun)")
      let went = Set(accepted)
      for record in records {
        switch record.state {
        case .sent: #expect(went.contains(record.uid), "sent without acceptance, \(rerun)")
        case .ambiguous: #expect(record.maybeDelivered)
        // What is certain not to have gone out may go out again, and is not charged with the attempt.
        case .queued: #expect(!went.contains(record.uid) && record.attempt == 0, "\(rerun)")
        default: Issue.record("\(record.uid) is \(record.state), \(rerun)")
        }
      }
      #expect(records.contains { $0.state == .sent })
      if case .sqlite = store.location {
        let findings = try await store.read {
          try $0.connection.all("PRAGMA integrity_check") { $0.string(0) }
        }
        #expect(findings == ["ok"])
      }
    }
  }
}

/// One life of the process.
struct Shift: Sendable {
  let url: String
  let directory: String

  func work(killAfterMicroseconds delay: Int) async throws {
    let store = try open()
    let ann = try await store.write { tx in
      _ = try tx.recoverOutbox()
      return try tx.createCustomers(ids: ["ann"])[0]
    }
    // The clock starts when the work does.
    var thread = pthread_t()
    let context = UnsafeMutableRawPointer(bitPattern: delay + 1)
    pthread_create(
      &thread, nil,
      { delay in
        usleep(UInt32(UInt(bitPattern: delay)))
        kill(getpid(), SIGKILL)
        return nil
      }, context)
    while true { try await round(store, ann) }
  }

  private func round(_ store: Store, _ ann: Customer) async throws {
    let planned = try await store.write { tx in
      let first = Int(try tx.meta("planned") { "0" }) ?? 0
      let messages = (first..<first + 7).map { message($0, to: ann, expires: 1 << 30) }
      _ = try tx.insert(messages, now: at(0))
      try tx.connection.run(
        "UPDATE meta SET value = ?1 WHERE name = 'planned'", [.text(String(first + messages.count))])
      return messages.map(\.ledgerKey.messageUID)
    }
    try append(planned, to: "planned")
    let claimed = try await store.write { tx in
      try tx.claim(channel: "email", limit: 5, lease: .seconds(900), now: at(1)) {
        ClaimToken(bytes: (0..<16).map { _ in UInt8.random(in: 0 ... .max) })
      }
    }
    let granted = try await store.write { tx in
      try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0))
    }
    let going = claimed.filter { granted.contains($0.token) }
    for message in going { try append([message.uid], to: "accepted") }
    _ = try await store.write { tx in try tx.record(going.map { result($0, .accepted, .sent) }) }
  }

  /// A server notices a killed client a moment later.
  private func open() throws -> Store {
    while true {
      do {
        return try Store(try StoreLocation(url: url), options: .init(readers: 1, allowsUnsafeServer: true))
      } catch {
        guard case .locked = error else { throw error }
      }
    }
  }

  /// One write of whole lines, so that a kill never leaves half of one.
  private func append(_ lines: [String], to name: String) throws {
    let file = Glibc.open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SQLError(.io, name) }
    defer { close(file) }
    let text = Array(lines.map { $0 + "\n" }.joined().utf8)
    guard write(file, text, text.count) == text.count else { throw SQLError(.io, name) }
  }

  /// Whether too little was planned and accepted yet to mean anything.
  var isTooShort: Bool {
    ((try? lines(of: "planned")) ?? []).count <= 20 || ((try? lines(of: "accepted")) ?? []).count <= 10
  }

  func lines(of name: String) throws -> [String] {
    try Files.readText("\(directory)/\(name)").split(separator: "\n").map { String($0) }
  }
}
