package import Domain
package import Platform
package import Store
internal import Synchronization
internal import Web

/// Work that crashed the program: what is suspected, what is quarantined, and which kinds of work need care.
///
/// Work is marked in `box` while in progress. A piece of work found there after a trap is suspected the first
/// time and quarantined the second time, while everything else continues. If several pieces were in progress
/// together, that kind of work is done one by one for a while, so that the next trap identifies the cause.
/// Thread-safe.
package final class Quarantine: Sendable {
  /// Marks and suspects nothing; for commands that are not repeated.
  package static let off = Quarantine(box: .none)

  /// How many pieces of work of a kind are done one by one after a batch of several trapped: as many as all
  /// concurrent batches together can hold.
  private static func carefulCount(_ kind: WorkKind) -> Int { kind == .message ? 300 : 6000 }

  package let box: BlackBox

  private struct State {
    var suspects: Set<WorkItem> = []
    var setAside: Set<WorkItem> = []
    /// How many more pieces of a kind are done one by one.
    var careful: [WorkKind: Int] = [:]
  }

  private let state = Mutex(State())
  /// Whether anything is suspected or quarantined; in the usual case, false, no lock is taken.
  private let alert = Atomic(false)
  private let isCareful = Atomic(false)

  package init(box: BlackBox) { self.box = box }

  /// Opens the black box, records in the store what it says about the last process, and starts marking. Call
  /// after releasing the last process's leases, and before any work.
  package static func open(
    _ path: String, store: Store, log: Logger, now: Instant
  ) async throws -> Quarantine {
    let quarantine = Quarantine(box: box(path, log))
    if let report = quarantine.box.report {
      try await quarantine.enter(report, store: store, log: log, now: now)
    }
    // Clears what the last process left.
    try quarantine.box.begin()
    let records = try await store.write { tx in
      try tx.clearEnded()
      return try tx.quarantine()
    }
    quarantine.learn(records)
    // Messages have no mark of their thread: they go alone until the suspects have gone.
    if records.contains(where: { $0.item.kind == .message && !$0.isSetAside }) {
      quarantine.goCarefully(with: .message)
    }
    return quarantine
  }

  /// Without the file the daemon works all the same, but cannot attribute traps.
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
    // A signal from outside is not the fault of the work in progress: a hanging store is enough for it.
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

  // MARK: - Suspects

  /// Takes over the store's records.
  func learn(_ records: [QuarantineRecord]) {
    state.withLock { state in
      state.suspects = Set(records.filter { !$0.isSetAside }.map(\.item))
      state.setAside = Set(records.filter(\.isSetAside).map(\.item))
      alert.store(!(state.suspects.isEmpty && state.setAside.isEmpty), ordering: .relaxed)
    }
  }

  /// Whether anything is suspected or quarantined.
  package var isAlert: Bool { alert.load(ordering: .relaxed) }

  /// Whether this is quarantined. The id may be longer than in a mark.
  package func holds(_ kind: WorkKind, _ id: @autoclosure () -> String) -> Bool {
    guard isAlert else { return false }
    let item = WorkItem(kind, id()).marked
    return state.withLock { $0.setAside.contains(item) }
  }

  /// Whether this was in progress at a trap.
  func suspects(_ kind: WorkKind, _ id: @autoclosure () -> String) -> Bool {
    guard isAlert else { return false }
    let item = WorkItem(kind, id()).marked
    return state.withLock { $0.suspects.contains(item) }
  }

  /// The suspected ones among `items`, which have now been done without a trap.
  func acquitted(_ items: some Sequence<WorkItem>) -> [WorkItem] {
    guard isAlert else { return [] }
    return state.withLock { state in items.map(\.marked).filter { state.suspects.contains($0) } }
  }

  /// Clears suspicions after the work was done, in the store and here. If the store cannot be written they
  /// stay suspected, which is harmless.
  func acquit(_ items: [WorkItem], in store: Store) async {
    guard !items.isEmpty, (try? await store.write { try $0.clear(items) }) != nil else { return }
    state.withLock { state in
      state.suspects.subtract(items)
      alert.store(!(state.suspects.isEmpty && state.setAside.isEmpty), ordering: .relaxed)
    }
  }

  /// Stores quarantined events as they were sent; a repeated one is stored once.
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

  /// How many of the wanted pieces of this kind may be processed at once.
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

  /// All work of this kind is done.
  func allDone(_ kind: WorkKind) { done(.max, of: kind) }
}
