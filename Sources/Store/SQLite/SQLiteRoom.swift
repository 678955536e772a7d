internal import Platform
internal import Synchronization

/// Keeps the log of an SQLite file within bounds, and room on the disk for what must still be written when it is full.
///
/// The log grows until it is taken into the database, which may need as much room again: a log that has filled the disk
/// could never be taken in, whatever room came back. So it is taken in early where the disk is small, and a ballast
/// file holds room that is given up when the disk is full. From then on only urgent work is written, until there is
/// room for the ballast again. Changed on the writing thread only; `isSpent` may be asked from any.
final class SQLiteRoom: Sendable {
  /// Pages in the log after which SQLite takes it in by itself, where the disk is large.
  static let largestLog = 10_000
  private static let smallestLog = 128
  private static let largestBallast: Int64 = 8 << 20
  /// The longest wait for readers, since all writers wait meanwhile.
  private static let patience: Duration = .milliseconds(200)

  private struct State {
    var pageSize: Int64 = 8192
    var logPages = SQLiteRoom.largestLog
    /// When the log was last taken in by force and held on to its room all the same; monotonic.
    var forcedInVainAt: Duration?
  }

  private let path: String
  /// Bytes; 0 where none is kept.
  private let ballast: Int64
  /// With less room than this it would be full again in a moment.
  private let scarcity: Int64
  private let spent = Atomic(false)
  private let state = Mutex(State())

  /// - Parameter keepsBallast: a daemon does; a command that is over soon does not.
  init(path: String, keepsBallast: Bool) throws(SQLError) {
    self.path = path
    let total = DiskSpace.of(FilePath.directory(of: path))?.total ?? 0
    ballast = keepsBallast ? Self.ballast(on: total) : 0
    scarcity = max(Self.needed(ballast), min(4 * ballast, total / 8))
    if keepsBallast { try takeBallast() }
  }

  private static let smallestLogBytes = Int64(smallestLog) * State().pageSize

  /// Never less than twice the smallest log: taking that in may need as much room in the database, and what is urgent is
  /// written to a log of this size again.
  static func ballast(on total: Int64) -> Int64 { min(largestBallast, max(2 * smallestLogBytes, total / 32)) }

  /// What a daemon takes at first.
  private static func needed(_ ballast: Int64) -> Int64 { ballast + smallestLogBytes }

  /// Throws `full` when there is less room for a daemon than its ballast, unless that is there, and the least log take.
  /// Changes nothing.
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

  /// Whether the ballast was given up: only what is urgent is written.
  var isSpent: Bool { spent.load(ordering: .relaxed) }

  /// What ordinary work gets while the ballast is given up.
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

  /// Takes the ballast aboard again when it was given up; throws `full` while room is scarce.
  func refill() throws(SQLError) {
    guard isSpent else { return }
    guard !isScarce else { throw refusal }
    try takeBallast()
    spent.store(false, ordering: .relaxed)
  }

  /// Between two transactions.
  func tend(_ connection: any SQLConnection, after failure: SQLError?) {
    guard let connection = connection as? SQLiteConnection else { return }
    if failure?.kind == .full {
      makeRoom(connection)
    } else if failure == nil {
      bound(connection)
    }
  }

  /// On a full disk: takes the log in and cuts it, with the room of the ballast when there is no other.
  private func makeRoom(_ connection: SQLiteConnection) {
    if mayForce(every: .seconds(1)) { takeIn(connection) }
    guard ballast > 0, !isSpent, isScarce else { return }
    spend()
    takeIn(connection)
  }

  func spend() {
    // Refused from now on, before its room can go to somebody else.
    spent.store(true, ordering: .relaxed)
    try? Files.remove(ballastPath)
  }

  /// Sets how long the log may become by the room there is, and takes it in by force when it has become longer all the
  /// same, as when some reader always held it.
  private func bound(_ connection: SQLiteConnection) {
    guard let log = try? Files.status(path + "-wal"), let space = DiskSpace.of(path) else { return }
    let pageSize = state.withLock { $0.pageSize }
    let pages = Self.pages(space, log: log.size, pageSize: pageSize)
    let set = state.withLock { $0.logPages }
    if abs(pages - set) * 4 > set { limitLog(connection, to: pages) }
    if log.size > 2 * Int64(pages) * pageSize, mayForce(every: .seconds(5)) { takeIn(connection) }
  }

  /// An eighth of what the log and the database could still take up together.
  static func pages(_ space: DiskSpace, log: Int64, pageSize: Int64) -> Int {
    let (room, overflows) = space.free.addingReportingOverflow(log)
    let pages = (overflows ? .max : room) / 8 / max(pageSize, 512)
    return Int(min(max(pages, Int64(smallestLog)), Int64(largestLog)))
  }

  /// For the writer's connection, when it is new.
  func prepare(_ connection: any SQLConnection) throws(SQLError) {
    guard let connection = connection as? SQLiteConnection else { return }
    if case .integer(let size)? = try? connection.pragma("page_size") {
      state.withLock { $0.pageSize = size }
    }
    // A connection that has never read anything knows of no log, and would leave the readers' one behind at its end.
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
    // They answer with a row, and fail only where nothing else works either.
    try? connection.execute(SQLText("PRAGMA wal_autocheckpoint=\(pages); PRAGMA journal_size_limit=\(bytes)"))
  }

  /// Whether to try again: a reader that blocked the log may still block it, and all writers wait for the try.
  private func mayForce(every interval: Duration) -> Bool {
    guard let last = state.withLock({ $0.forcedInVainAt }) else { return true }
    return SystemTime.monotonic() - last >= interval
  }

  /// What a reader holds up is taken in the next time.
  private func takeIn(_ connection: SQLiteConnection) {
    let isDone = (try? connection.checkpoint(.truncate, waiting: Self.patience)) != nil
    let now = SystemTime.monotonic()
    state.withLock { $0.forcedInVainAt = isDone ? nil : now }
  }
}
