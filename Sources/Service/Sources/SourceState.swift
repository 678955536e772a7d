internal import Domain
internal import Operations
internal import Store

/// The state of a source, and its counts since the daemon's start.
struct SourceState: Sendable {
  /// The file that is being imported.
  var running: StatusAnswer.Source.Running?
  var lookedAt: Instant?
  var nextLookAt: Instant?
  /// When a check last found the place accessible and all files readable.
  var succeededAt: Instant?
  var result: Result?
  /// Why the last check failed; `nil` if it succeeded.
  var trouble: String?
  /// The problems of single files, sorted by name.
  var problems: [(file: String, problem: String)] = []
  /// The number of rows since the start, by result.
  var rows: [SourceRows: Int64] = [:]

  /// Whether `result` is that of the current check.
  private var hasNews = false

  mutating func begin() { hasNews = false }

  /// Records that the current check found a new file.
  mutating func news(at now: Instant) {
    if !hasNews { result = Result(at: now) }
    hasNews = true
  }

  struct Result: Equatable, Sendable {
    var at: Instant
    var files = 0
    var rows: [SourceRows: Int64] = [:]
  }

  var problemCount: Int { problems.count + (trouble == nil ? 0 : 1) }

  mutating func count(_ counts: [SourceRows: Int64]) {
    for (kind, count) in counts {
      rows[kind, default: 0] += count
      result?.rows[kind, default: 0] += count
    }
  }

  func answer(_ name: String, kind: String, from: String, in zone: TimeZoneRules) -> StatusAnswer.Source {
    var shown: [StatusAnswer.Source.Problem] = []
    if let trouble { shown.append(.init(file: nil, problem: trouble)) }
    shown += problems.prefix(10 - shown.count).map { .init(file: $0.file, problem: $0.problem) }
    let standing: SourceStanding = problemCount > 0 ? .withProblems : lookedAt == nil ? .waiting : .good
    return StatusAnswer.Source(
      source: name, kind: kind, from: from, standing: standing, running: running,
      lastLookAt: lookedAt.map { OffsetTime($0, in: zone) },
      nextLookAt: nextLookAt.map { OffsetTime($0, in: zone) },
      lastResult: result.map {
        StatusAnswer.Source.Result(
          at: OffsetTime($0.at, in: zone), files: $0.files, taken: $0.rows[.taken] ?? 0,
          unchanged: $0.rows[.unchanged] ?? 0, rejected: $0.rows[.rejected] ?? 0)
      }, problems: shown, problemCount: problemCount)
  }
}

/// The result of a row; the raw value is the metric's label.
enum SourceRows: String, Sendable, CaseIterable {
  case taken
  /// Already stored.
  case unchanged
  case rejected
}
