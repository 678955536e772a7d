internal import Delivery
internal import Domain
internal import Import
internal import Operations
internal import Platform
internal import Store
internal import Synchronization

/// Watches one source: finds new and changed files, and imports them. Only one check runs at a time.
final class SourceWatch: Sendable {
  let name: String
  let settings: SourceSettings
  let site: SourceSite
  let wake = WakeUp()
  /// Its own thread, since a network file system may hang, and reading a large file takes long.
  let executor: WorkerExecutor
  private let shown = Mutex(SourceState())
  private let memory = Mutex(Memory())
  private let stopping = Atomic(false)
  private let ended = Atomic(false)

  private struct Memory {
    /// The stored rows of files, by name; `nil` before the first check.
    var files: [ExactText: SourceFile]?
    /// New and changed files, and since when each has been unchanged.
    var unsettled: [ExactText: (file: SourceEntry, since: Duration)] = [:]
    /// Files that are passed over though their content may be good, and why.
    var hindered: [ExactText: String] = [:]
  }

  init(_ name: String, _ settings: SourceSettings, at site: SourceSite) throws(SystemError) {
    self.name = name
    self.settings = settings
    self.site = site
    executor = try WorkerExecutor(name: "source")
  }

  /// Ends a check after the current batch. A cancelled task also ends transfers, and the reading before the first batch.
  func stop() { stopping.store(true, ordering: .relaxed) }
  var isStopped: Bool { stopping.load(ordering: .relaxed) || Task.isCancelled }

  /// The last check is over.
  func end() { ended.store(true, ordering: .relaxed) }
  var hasEnded: Bool { ended.load(ordering: .relaxed) }

  var state: SourceState { shown.withLock { $0 } }
  func update(_ change: (inout SourceState) -> Void) { shown.withLock { change(&$0) } }

  /// The stored row of a file.
  func known(_ file: String) -> SourceFile? { memory.withLock { $0.files?[ExactText(file)] } }
  func remember(_ file: SourceFile) { memory.withLock { $0.files?[ExactText(file.file)] = file } }

  /// Checks once.
  ///
  /// - Returns: after what time a file that is still being written may be complete; `nil` without one.
  func look() async -> Duration? {
    do {
      update { $0.begin() }
      try await recall()
      let unsettled = try await withTaskExecutorPreference(executor) { try await lookAround() }
      if isStopped { return nil }
      let now = site.clock.now()
      note(trouble: nil)
      update { state in
        state.lookedAt = now
        if state.problems.isEmpty { state.succeededAt = now }
      }
      return unsettled
    } catch {
      if isStopped { return nil }
      note(trouble: ErrorText.text(error))
      let now = site.clock.now()
      update { $0.lookedAt = now }
      return nil
    }
  }

  private func lookAround() async throws -> Duration? {
    switch settings.place {
    case .folder(let path, let pattern): return try await look(into: path, pattern)
    case .web(let source):
      try await fetch(source)
      return nil
    case .sftp(let source): return try await look(into: source)
    }
  }

  /// Loads the stored rows before the first check.
  private func recall() async throws {
    guard memory.withLock({ $0.files }) == nil else { return }
    let name = name
    let files = try await site.store.read { try $0.files(ofSource: name) }
    memory.withLock { memory in
      memory.files = Dictionary(files.map { (ExactText($0.file), $0) }) { first, _ in first }
    }
  }

  /// Logs once when the source begins to fail, and when it recovers.
  private func note(trouble: String?) {
    let before = shown.withLock { state in
      let before = state.trouble
      state.trouble = trouble
      return before
    }
    if let trouble {
      guard before == nil else { return }
      site.log.warning(
        "source_failed",
        ["source": name, "problem": trouble, "advice": "it is looked at again in its rhythm"])
    } else if before != nil {
      site.log.notice("source_recovered", ["source": name])
    }
  }

  // MARK: - Files that settle

  /// Selects the files to import: new or changed, and unchanged for long enough to be complete.
  ///
  /// - Parameter reading: identifies how files are read; a change makes all files new.
  /// - Returns: these files, the oldest first, and after what time another one may be complete.
  func settled(_ files: [SourceEntry], reading: String) -> (ready: [SourceEntry], wait: Duration?) {
    let now = site.clock.uptime()
    let settling = settings.rhythm.settling
    return memory.withLock { memory in
      var ready: [SourceEntry] = []
      var wait: Duration?
      var unsettled: [ExactText: (file: SourceEntry, since: Duration)] = [:]
      for file in files {
        let key = ExactText(file.name)
        let taken = memory.files?[key]
        let isAsTaken = taken.map {
          $0.size == file.size && $0.modified == file.modified && $0.reading == reading
        }
        if isAsTaken == true {
          // Was complete when its import began.
          if taken?.outcome == .running { ready.append(file) }
          continue
        }
        var since = now
        if let last = memory.unsettled[key], last.file == file { since = last.since }
        unsettled[key] = (file, since)
        let left = settling - (now - since)
        if left <= .zero { ready.append(file) } else { wait = min(wait ?? left, left) }
      }
      memory.unsettled = unsettled
      ready.sort { ($0.order, $0.name) < ($1.order, $1.name) }
      return (ready, wait)
    }
  }

  // MARK: - Files that are passed over

  /// Forgets why all other files were passed over: they are gone or have changed.
  func keepPassedOver(_ files: [String]) {
    let kept = Set(files.map { ExactText($0) })
    memory.withLock { memory in memory.hindered = memory.hindered.filter { kept.contains($0.key) } }
  }

  /// Records why a file is passed over, and logs it once; `nil` if it no longer is.
  func passOver(_ file: String, _ problem: String?) {
    let isNew = memory.withLock { memory in
      let before = memory.hindered[ExactText(file)]
      memory.hindered[ExactText(file)] = problem
      return problem.map { before?.hasSameBytes(as: $0) != true } ?? false
    }
    guard isNew, let problem else { return }
    site.log.warning(
      "source_file_passed_over",
      [
        "source": name, "file": file, "problem": problem,
        "advice": "the other files go on; it is tried again at each look",
      ])
  }

  // MARK: - Problems

  /// Collects the problems that need a person, of the files that are there.
  func tellProblems(of files: [String]) {
    let problems = files.compactMap { file in problem(ofFile: file).map { (file, $0) } }
    update { $0.problems = problems }
  }

  /// What is wrong with a file that is there; `nil` for nothing.
  func problem(ofFile file: String) -> String? {
    let key = ExactText(file)
    let (hindrance, known) = memory.withLock { ($0.hindered[key], $0.files?[key]) }
    return hindrance ?? known.flatMap { problem(of: $0) }
  }

  private func problem(of file: SourceFile) -> String? {
    if file.outcome == .refused { return file.problem }
    let rejected = file.rejected > 0 ? "\(Self.rows(file.rejected)) rejected" : nil
    let faults = [rejected, file.problem].compactMap(\.self)
    return faults.isEmpty ? nil : "\(faults.joined(separator: ", ")); see \(rejectedPath(of: file.file))"
  }

  /// `1 row`, `1,000 rows`
  static func rows(_ count: Int64) -> String {
    "\(DecimalText.grouped(count)) \(count == 1 ? "row" : "rows")"
  }

  /// Forgets files that have been gone for 30 days; not earlier, since one that comes back would be imported again.
  func forget(butFor files: [String]) async throws {
    let limit = site.clock.now() - .days(30)
    let present = Set(files.map { ExactText($0) })
    let gone = memory.withLock { memory in
      (memory.files ?? [:]).filter { $0.value.at < limit && !present.contains($0.key) }.keys.map(\.text)
    }
    guard !gone.isEmpty else { return }
    let name = name
    try await site.store.write { try $0.remove(files: gone, ofSource: name) }
    memory.withLock { memory in
      for file in gone { memory.files?[ExactText(file)] = nil }
    }
  }

  /// The path for the rejected rows of a file.
  func rejectedPath(of file: String) -> String {
    let isLong = file.utf8.count > 200
    let short = isLong ? Hex.text(Digest.sha256.hash(Array(file.utf8)).prefix(16)) : file
    return FilePath.join(FilePath.join(site.rejects, name), Importer.rejectedName(of: short))
  }
}
