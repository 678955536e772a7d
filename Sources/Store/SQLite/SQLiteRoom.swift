internal import Platform
internal import Synchronization

/// Bounds the WAL of a SQLite file, and reserves disk space for what must still be written when the disk is full.
///
/// The WAL grows until a checkpoint, which may need the same space again in the database: if the WAL has
/// filled the disk, it could never be checkpointed. So on a small disk checkpoints come early, and a ballast
/// file reserves space that is released when the disk is full. From then on only urgent work is written,
/// until there is space for the ballast again. Changed on the writing thread only; `isSpent` may be read from
/// any.
final class SQLiteRoom: Sendable {
  /// The number of WAL pages after which SQLite checkpoints by itself on a large disk.
  static let largestLog = 10_000
  private static let smallestLog = 128
  private static let largestBallast: Int64 = 8 << 20
  /// The longest wait for readers, since all writers wait meanwhile.
  private static let patience: Duration = .milliseconds(200)

  private struct State {
    var pageSize: Int64 = 8192
    var logPages = SQLiteRoom.largestLog
    /// When a forced checkpoint last failed to shrink the WAL; monotonic.
    var forcedInVainAt: Duration?
  }

  private let path: String
  /// In bytes; 0 if there is none.
  private let ballast: Int64
  /// With less free space than this, the disk would soon be full again.
  private let scarcity: Int64
  private let spent = Atomic(false)
  private let state = Mutex(State())

  /// - Parameter keepsBallast: true for a daemon, false for a short-lived command.
  init(path: String, keepsBallast: Bool) throws(SQLError) {
    self.path = path
    let total = DiskSpace.of(FilePath.directory(of: path))?.total ?? 0
    ballast = keepsBallast ? Self.ballast(on: total) : 0
    scarcity = max(Self.needed(ballast), min(4 * ballast, total / 8))
    if keepsBallast { try takeBallast() }
  }

  private static let smallestLogBytes = Int64(smallestLog) * State().pageSize

  /// At least twice the smallest WAL: a checkpoint may need as much space in the database, and urgent work
  /// then fills a WAL of this size again.
  static func ballast(on total: Int64) -> Int64 { min(largestBallast, max(2 * smallestLogBytes, total / 32)) }

  /// The space that a daemon needs at the start.
  private static func needed(_ ballast: Int64) -> Int64 { ballast + smallestLogBytes }

  /// Throws `full` if there is less space than the smallest WAL takes, plus the ballast unless that exists. Changes
  /// nothing.
  static func requireRoom(for path: String) throws(SQLError) {
    var directory = FilePath.directory(of: path)
    while !Files.exists(directory), FilePath.directory(of: directory) != directory {
      directory = FilePath.directory(of: directory)
    }
    guard let space = DiskSpace.of(directory) else { return }
    let isKept = Files.exists(path + "-ballast")
    let needed = needed(isKept ? 0 : ballast(on: space.total))
    guard space.free < needed else { return }
    throw SQLError(
      .full,
      "the disk of \(path) has \(ByteSizeText.text(space.free)) left, of the \(ByteSizeText.text(needed)) that a daemon takes"
    )
  }

  /// Whether the ballast was released, so that only urgent work is written.
  var isSpent: Bool { spent.load(ordering: .relaxed) }

  /// The error for ordinary work while the ballast is released.
  var refusal: SQLError {
    SQLError(.full, "the disk of \(path) is full; only what is under way is still written")
  }

  private var isScarce: Bool { (DiskSpace.of(path)?.free ?? .max) < scarcity }

  private var ballastPath: String { path + "-ballast" }

  private func takeBallast() throws(SQLError) {
    do throws(FileError) {
      try Files.takeRoom(ballastPath, bytes: ballast)
    } catch {
      switch error.problem {
      case .diskFull: throw refusal
      case .readOnlyFileSystem: throw SQLError(.readOnly, "the file system of \(path) is read-only")
      default: throw SQLError(.cannotOpen, "\(error)")
      }
    }
  }

  /// Restores a released ballast; throws `full` while space is scarce.
  func refill() throws(SQLError) {
    guard isSpent else { return }
    guard !isScarce else { throw refusal }
    try takeBallast()
    spent.store(false, ordering: .relaxed)
  }

  /// Call between two transactions.
  func tend(_ connection: any SQLConnection, after failure: SQLError?) {
    guard let connection = connection as? SQLiteConnection else { return }
    if failure?.kind == .full {
      makeRoom(connection)
    } else if failure == nil {
      bound(connection)
    }
  }

  /// On a full disk: checkpoints and truncates the WAL, using the space of the ballast if there is no other.
  private func makeRoom(_ connection: SQLiteConnection) {
    if mayForce(every: .seconds(1)) { takeIn(connection) }
    guard ballast > 0, !isSpent, isScarce else { return }
    spend()
    takeIn(connection)
  }

  func spend() {
    // Refuse ordinary work before releasing the space.
    spent.store(true, ordering: .relaxed)
    try? Files.remove(ballastPath)
  }

  /// Sets the maximum WAL size for the available space, and forces a checkpoint if the WAL is longer anyway,
  /// because some reader always blocked it.
  private func bound(_ connection: SQLiteConnection) {
    guard let log = try? Files.status(path + "-wal"), let space = DiskSpace.of(path) else { return }
    let pageSize = state.withLock { $0.pageSize }
    let pages = Self.pages(space, log: log.size, pageSize: pageSize)
    let set = state.withLock { $0.logPages }
    if abs(pages - set) * 4 > set { limitLog(connection, to: pages) }
    if log.size > 2 * Int64(pages) * pageSize, mayForce(every: .seconds(5)) { takeIn(connection) }
  }

  /// An eighth of the space that the WAL and the database could still take together.
  static func pages(_ space: DiskSpace, log: Int64, pageSize: Int64) -> Int {
    let (room, overflows) = space.free.addingReportingOverflow(log)
    let pages = (overflows ? .max : room) / 8 / max(pageSize, 512)
    return Int(min(max(pages, Int64(smallestLog)), Int64(largestLog)))
  }

  /// Prepares a new connection of the writer.
  func prepare(_ connection: any SQLConnection) throws(SQLError) {
    guard let connection = connection as? SQLiteConnection else { return }
    if case .integer(let size)? = try? connection.pragma("page_size") {
      state.withLock { $0.pageSize = size }
    }
    // A connection that has never read does not know of the WAL, and would leave the readers' WAL behind when it
    // closes.
    _ = try? connection.pragma("schema_version")
    let pageSize = state.withLock { $0.pageSize }
    let log = (try? Files.status(path + "-wal"))?.size ?? 0
    let pages = DiskSpace.of(path).map { Self.pages($0, log: log, pageSize: pageSize) } ?? Self.largestLog
    limitLog(connection, to: pages)
  }

  private func limitLog(_ connection: SQLiteConnection, to pages: Int) {
    let bytes = state.withLock { state in
      state.logPages = pages
      return Int64(pages) * state.pageSize
    }
    // These return a row, and fail only if everything else fails too.
    try? connection.execute(SQLText("PRAGMA wal_autocheckpoint=\(pages); PRAGMA journal_size_limit=\(bytes)"))
  }

  /// Whether a checkpoint may be forced again: the reader that blocked it may still do so, and all writers wait during
  /// the attempt.
  private func mayForce(every interval: Duration) -> Bool {
    guard let last = state.withLock({ $0.forcedInVainAt }) else { return true }
    return SystemTime.monotonic() - last >= interval
  }

  /// Whatever a reader blocks is left to the next checkpoint.
  private func takeIn(_ connection: SQLiteConnection) {
    let isDone = (try? connection.checkpoint(.truncate, waiting: Self.patience)) != nil
    let now = SystemTime.monotonic()
    state.withLock { $0.forcedInVainAt = isDone ? nil : now }
  }
}
