internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Import
internal import Operations
internal import Platform
internal import Synchronization
internal import Web

/// Runs the sources of the active configuration, each in its own loop. Thread-safe.
final class ImportSources: Sendable {
  private struct Running {
    var watch: SourceWatch
    /// `nil` until the daemon serves.
    var loop: Task<Void, Never>?
  }

  private struct Ending {
    var watch: SourceWatch
    var loop: Task<Void, Never>
  }

  private struct State {
    /// In the order of the configuration.
    var sources: [Running] = []
    /// Sources that a reload removed or changed, until they have ended.
    var ending: [Ending] = []
    var isServing = false
  }

  /// How long the end waits for sources. A batch is stored in less; only a file system that hangs takes longer.
  static let patience: Duration = .seconds(5)

  private let site: SourceSite
  private let stopping = WakeUp()
  private let part: @Sendable (String) -> DaemonPart
  private let state = Mutex(State())

  /// - Parameter part: creates the part of the daemon with this name, for a source's loop.
  init(at site: SourceSite, part: @escaping @Sendable (String) -> DaemonPart) {
    self.site = site
    self.part = part
  }

  /// Applies a configuration. Unchanged sources continue; a changed one starts when its predecessor has ended.
  func apply(_ entries: [NamedEntry<SourceSettings>]) throws {
    try state.withLock { state in
      var left = state.sources
      var sources: [Running] = []
      for entry in entries {
        let name = entry.name.value
        let index = left.firstIndex { $0.watch.name == name }
        let before = index.map { left.remove(at: $0) }
        if let before, before.watch.settings == entry.value {
          sources.append(before)
          continue
        }
        var new = Running(watch: try SourceWatch(name, entry.value, at: site))
        let ended = before.flatMap { end($0) }
        if state.isServing { new.loop = start(new.watch, after: ended?.loop) }
        sources.append(new)
      }
      state.ending = state.ending.filter { !$0.watch.hasEnded } + left.compactMap { end($0) }
      state.sources = sources
    }
  }

  /// Ends `run`: imports after their current batch, transfers at once.
  func stop() { stopping.wake() }

  /// Serves until stopped, or until the task is cancelled. A source that hangs is left behind after `patience`; what it
  /// has imported is stored, and the next start continues.
  func run() async {
    state.withLock { state in
      state.isServing = true
      for index in state.sources.indices {
        state.sources[index].loop = start(state.sources[index].watch, after: nil)
      }
    }
    await stopping.sleep(atMost: nil)
    let ending = state.withLock { state in
      state.isServing = false
      let ending = state.ending + state.sources.compactMap { end($0) }
      state.ending = []
      return ending
    }
    // Waits also in a cancelled task.
    await Task { [self] in
      await wait(for: ending)
      await site.transfers.stop()
    }.value
  }

  private func wait(for ending: [Ending]) async {
    let all = WakeUp()
    let waiting = Task {
      for source in ending { await source.loop.value }
      all.wake()
    }
    await all.sleep(atMost: Self.patience, by: site.clock.sleep)
    let left = ending.filter { !$0.watch.hasEnded }
    guard !left.isEmpty else { return await waiting.value }
    for source in left {
      site.log.warning(
        "source_left_behind",
        [
          "source": source.watch.name, "waited": Self.patience,
          "advice": "reading from its place hangs; the next start goes on after what was imported",
        ])
    }
  }

  private func start(_ watch: SourceWatch, after before: Task<Void, Never>?) -> Task<Void, Never> {
    let (site, part) = (site, part("source \(watch.name)"))
    let rhythm = watch.settings.rhythm
    return Task {
      await before?.value
      defer { watch.end() }
      await SourceLoop(
        part: part, clock: site.clock, wake: watch.wake,
        next: { rhythm.next(after: $0, in: site.shop.current.program.brand.zone) },
        look: { await watch.look() }, rests: { due in watch.update { $0.nextLookAt = due } }
      ).run()
    }
  }

  /// - Returns: `nil` if it never ran.
  private func end(_ source: Running) -> Ending? {
    source.watch.stop()
    guard let loop = source.loop else { return nil }
    loop.cancel()
    return Ending(watch: source.watch, loop: loop)
  }

  /// Answers an operator, and first makes a source check at once if the request says so.
  ///
  /// - Throws: `OperationError` if there is no source of this name.
  func answer(_ request: SourcesRequest) throws -> SourcesAnswer {
    let watches = state.withLock { $0.sources.map(\.watch) }
    let meant = watches.filter { request.source == nil || $0.name == request.source }
    if let name = request.source, meant.isEmpty {
      throw OperationError.unknownSource(name, known: watches.map(\.name))
    }
    if request.isNow { for watch in meant { watch.wake.wake() } }
    return SourcesAnswer(sources: meant.map(answer))
  }

  var answers: [StatusAnswer.Source] { state.withLock { $0.sources.map(\.watch) }.map(answer) }

  private func answer(_ watch: SourceWatch) -> StatusAnswer.Source {
    watch.state.answer(
      watch.name, kind: watch.settings.options.kind.rawValue, from: watch.settings.place.description,
      in: site.shop.current.program.brand.zone)
  }

  /// All series of all sources, including those that are still 0.
  var metricFamilies: [MetricFamily] {
    var rows = MetricFamily(
      .counter, "reprise_source_rows_total", "Rows of a source's files, by what became of them.")
    var success = MetricFamily(
      .gauge, "reprise_source_last_success_timestamp_seconds",
      "When a source was last looked at and no file of it was left with a problem; 0 before the first time.")
    var running = MetricFamily(
      .gauge, "reprise_source_running", "Whether a file of a source is being imported.")
    var problems = MetricFamily(
      .gauge, "reprise_source_problems", "What of a source waits for somebody's hand.")
    for watch in state.withLock({ $0.sources.map(\.watch) }) {
      let state = watch.state
      for kind in SourceRows.allCases {
        rows.add(Double(state.rows[kind] ?? 0), ["source": watch.name, "result": kind.rawValue])
      }
      success.add(Double(state.succeededAt?.milliseconds ?? 0) / 1000, ["source": watch.name])
      running.add(state.running == nil ? 0 : 1, ["source": watch.name])
      problems.add(state.problemCount, ["source": watch.name])
    }
    return [rows, success, running, problems]
  }
}
