package import Domain
package import Platform
package import Store
internal import Synchronization
internal import Web

/// What ended the program by a trap: who is suspected, what is set aside, and where to go carefully.
///
/// Work is marked in `box` while it is in hand. The first time a piece of work is found there after a trap it is suspected,
/// the second time set aside, and the rest goes on. Where several pieces were in hand together, that kind of work is
/// done piece by piece for a while, so that the next trap tells which it was. Thread-safe.
package final class Quarantine: Sendable {
  /// Marks nothing and suspects nobody; for commands that nobody repeats.
  package static let off = Quarantine(box: .none)

  /// How many pieces of work of a kind are done one by one after a batch of several trapped: as many as all concurrent
  /// batches together can hold.
  private static func carefulCount(_ kind: WorkKind) -> Int { kind == .message ? 300 : 6000 }

  package let box: BlackBox

  private struct State {
    var suspects: Set<WorkItem> = []
    var setAside: Set<WorkItem> = []
    /// How many pieces of a kind are still done one by one.
    var careful: [WorkKind: Int] = [:]
  }

  private let state = Mutex(State())
  /// Whether anything is suspected or set aside: false, as nearly always, asks no lock.
  private let alert = Atomic(false)
  private let isCareful = Atomic(false)

  package init(box: BlackBox) { self.box = box }

  /// Opens the black box, enters into the store what it says about the last process, and marks from now on. After what the
  /// last process leased has been freed, and before the first work.
  package static func open(
    _ path: String, store: Store, log: Logger, now: Instant
  ) async throws -> Quarantine {
    let quarantine = Quarantine(box: box(path, log))
    if let report = quarantine.box.report {
      try await quarantine.enter(report, store: store, log: log, now: now)
    }
    // Only now is forgotten what the last process left.
    try quarantine.box.begin()
    let records = try await store.write { tx in
      try tx.clearEnded()
      return try tx.quarantine()
    }
    quarantine.learn(records)
    // Messages have no mark of their own thread: they go alone until those suspected have gone.
    if records.contains(where: { $0.item.kind == .message && !$0.isSetAside }) {
      quarantine.goCarefully(with: .message)
    }
    return quarantine
  }

  /// Without the file the daemon works all the same; only traps are not told apart then.
  private static func box(_ path: String, _ log: Logger) -> BlackBox {
    do {
      try Files.makeDirectories(FilePath.directory(of: path))
      return try BlackBox(path: path)
    } catch {
      log.warning(
        "black_box_missing", ["error": "\(error)", "advice": "what makes the program trap is not set aside"])
      return .none
    }
  }

  func enter(_ report: CrashReport, store: Store, log: Logger, now: Instant) async throws {
    let found = report.guilty.map { [$0] } ?? report.atHand
    // A signal from outside is the fault of nothing in hand: a store that hangs is enough for it.
    let isAlone = !report.isFromOutside && found.count == 1 && found[0].count == 1
    let records = try await store.write { tx in
      try found.compactMap {
        try $0.item.kind == .command
          ? nil : tx.suspect($0.item, signal: report.signal, isAlone: isAlone, at: now)
      }
    }
    if !isAlone, !report.isFromOutside { for suspicion in found { goCarefully(with: suspicion.item.kind) } }
    if records.isEmpty {
      log.error(
        "trapped_before",
        [
          "signal": report.signal,
          "advice": report.isFromOutside
            ? "another process ended this one, as systemd's watchdog does; please report this with the log"
            : "nothing in hand can be set aside; please report this with the log",
        ])
    }
    for record in records {
      log.error(record.isSetAside ? "quarantined" : "trapped_before", Self.fields(record, report))
    }
  }

  private static func fields(_ record: QuarantineRecord, _ report: CrashReport) -> Logger.Fields {
    [
      "signal": record.signal, "kind": record.item.kind.rawValue, "item": record.item.id,
      "customer": record.customer ?? "", "about": record.about,
      "advice": record.isSetAside
        ? "it ended the program twice and is set aside; see: reprise quarantine list"
        : report.isFromOutside
          ? "in hand when another process ended this one, as systemd's watchdog does; nothing is set aside for that"
          : record.crashes == 0
            ? "one of several in hand; they are now done one by one" : "once more and it is set aside",
    ]
  }

  // MARK: - Whom to beware of

  /// Takes over how things stand in the store.
  func learn(_ records: [QuarantineRecord]) {
    state.withLock { state in
      state.suspects = Set(records.filter { !$0.isSetAside }.map(\.item))
      state.setAside = Set(records.filter(\.isSetAside).map(\.item))
      alert.store(!(state.suspects.isEmpty && state.setAside.isEmpty), ordering: .relaxed)
    }
  }

  /// Whether anything at all is suspected or set aside.
  package var isAlert: Bool { alert.load(ordering: .relaxed) }

  /// Whether this is set aside. The id may be longer than a mark.
  package func holds(_ kind: WorkKind, _ id: @autoclosure () -> String) -> Bool {
    guard isAlert else { return false }
    let item = WorkItem(kind, id()).marked
    return state.withLock { $0.setAside.contains(item) }
  }

  /// Whether this was in hand at a trap.
  func suspects(_ kind: WorkKind, _ id: @autoclosure () -> String) -> Bool {
    guard isAlert else { return false }
    let item = WorkItem(kind, id()).marked
    return state.withLock { $0.suspects.contains(item) }
  }

  /// Those of `items` that were suspected, and have been done since without a trap.
  func acquitted(_ items: some Sequence<WorkItem>) -> [WorkItem] {
    guard isAlert else { return [] }
    return state.withLock { state in items.map(\.marked).filter { state.suspects.contains($0) } }
  }

  /// They were done: the store forgets them, and so does this. When the store cannot be written they stay suspected, which
  /// harms nobody.
  func acquit(_ items: [WorkItem], in store: Store) async {
    guard !items.isEmpty, (try? await store.write { try $0.clear(items) }) != nil else { return }
    state.withLock { state in
      state.suspects.subtract(items)
      alert.store(!(state.suspects.isEmpty && state.setAside.isEmpty), ordering: .relaxed)
    }
  }

  /// Keeps events that are set aside, as they were sent; one that is sent again is kept once.
  func keep(_ calls: [KeptCall], in store: Store, now: Instant) async throws {
    try await store.write { tx in
      for call in calls {
        try tx.keep(
          call.item.marked, customer: call.customer, about: call.about, content: call.content, at: now)
      }
    }
  }

  // MARK: - One by one

  func goCarefully(with kind: WorkKind) {
    state.withLock { $0.careful[kind] = Self.carefulCount(kind) }
    isCareful.store(true, ordering: .relaxed)
  }

  /// How many pieces of this kind may be taken at once, of as many as wanted.
  func batch(of kind: WorkKind, _ wanted: Int) -> Int {
    guard isCareful.load(ordering: .relaxed) else { return wanted }
    return state.withLock { ($0.careful[kind] ?? 0) > 0 ? min(1, wanted) : wanted }
  }

  func isCareful(with kind: WorkKind) -> Bool { batch(of: kind, 2) == 1 }

  /// Counts finished work.
  func done(_ count: Int, of kind: WorkKind) {
    guard isCareful.load(ordering: .relaxed) else { return }
    state.withLock { state in
      guard let left = state.careful[kind] else { return }
      state.careful[kind] = left > count ? left - count : nil
    }
  }

  /// Everything of this kind was done.
  func allDone(_ kind: WorkKind) { done(.max, of: kind) }
}
