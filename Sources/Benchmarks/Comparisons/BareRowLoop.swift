internal import CSQLite
internal import Platform
internal import Store

/// Bare SQLite repeating the writes of one of our runs: the same rows, by prepared statements, with our writer's
/// settings, into a copy of the database from before the run. So tables, indexes and rows are exactly those that the
/// program produces.
///
/// Only the writes are timed. Rows are read one commit at a time, so that they need not all fit into memory.
final class BareRowLoop {
  private let written: OpaquePointer
  private let target: OpaquePointer
  private var copies: [Copy] = []

  /// One table: the source of its rows, and the statement that writes one.
  private struct Copy {
    var rows: OpaquePointer
    var count: Int
    var columns: Int32
    var write: OpaquePointer
  }

  /// A value; texts and blobs by their range in the shared bytes.
  private struct Cell {
    var type: Int32
    var integer: Int64 = 0
    var real = 0.0
    var offset = 0
    var count = 0
  }

  /// - Parameters:
  ///   - before: a copy of the database without the rows, which are written into it.
  ///   - after: the database with the rows, closed by the run.
  init(before: String, after: String) throws {
    written = try Self.open(after)
    do {
      target = try Self.open(before)
    } catch {
      sqlite3_close_v2(written)
      throw error
    }
    try Self.execute("ATTACH '\(before)' AS before", written)
    for setting in Dialect.sessionSettings(of: .sqlite, writer: true) {
      try Self.execute(setting.description, target)
    }
  }

  deinit {
    for copy in copies {
      sqlite3_finalize(copy.rows)
      sqlite3_finalize(copy.write)
    }
    sqlite3_close_v2(written)
    sqlite3_close_v2(target)
  }

  /// Tables that were empty before.
  func filledTables() throws -> [String] {
    try texts("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .filter { table in
        try texts("SELECT 'x' FROM main.\(table) LIMIT 1") != []
          && texts("SELECT 'x' FROM before.\(table) LIMIT 1") == []
      }
  }

  /// Adds the new rows of a table.
  ///
  /// - Parameter source: what follows `FROM`, with the table named `r`; needed if its rows are stored in
  ///   another order than they were written.
  func insert(_ table: String, from source: String? = nil) throws {
    let columns = try columns(of: table)
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    try add(
      columns, from: source ?? "main.\(table) r",
      "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))")
  }

  /// Adds the changes of a table's rows, which are found by their `key`.
  func update(_ table: String, from source: String) throws {
    let changed = try columns(of: table).filter { column in
      try texts(
        "SELECT 'x' FROM main.\(table) r JOIN before.\(table) b ON b.key = r.key WHERE b.\(column) IS NOT r.\(column) LIMIT 1"
      ) != []
    }
    guard !changed.isEmpty else { throw BenchmarkError("the run has changed nothing in \(table)") }
    try add(
      changed + ["key"], from: source,
      "UPDATE \(table) SET \(changed.map { "\($0) = ?" }.joined(separator: ", ")) WHERE key = ?")
  }

  /// Writes everything in this many commits, each with its share of every table.
  ///
  /// - Returns: the seconds taken.
  func run(commits: Int) throws -> Double {
    // A statement over an attached file would keep it open.
    try Self.execute("DETACH before", written)
    var time = Duration.zero
    var cells: [[Cell]] = copies.map { _ in [] }
    var bytes: [UInt8] = []
    for number in 0..<commits {
      // Never left empty, because an empty text needs an address too.
      bytes.removeAll(keepingCapacity: true)
      bytes.append(0)
      for (index, copy) in copies.enumerated() {
        let rows = copy.count * (number + 1) / commits - copy.count * number / commits
        try Self.read(rows, of: copy, into: &cells[index], &bytes)
      }
      let begin = SystemTime.monotonic()
      try Self.execute("BEGIN IMMEDIATE", target)
      try bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        for (index, copy) in copies.enumerated() { try Self.write(cells[index], start, copy) }
      }
      try Self.execute("COMMIT", target)
      time += SystemTime.monotonic() - begin
    }
    return time.seconds
  }

  // MARK: - Rows

  private func add(_ columns: [String], from source: String, _ write: String) throws {
    let count = try texts("SELECT count(*) FROM \(source)").first.flatMap { Int($0) } ?? 0
    guard count > 0 else { throw BenchmarkError("the run has written nothing that comes from \(source)") }
    let names = columns.map { "r.\($0)" }.joined(separator: ", ")
    copies.append(
      Copy(
        rows: try Self.prepare("SELECT \(names) FROM \(source)", written), count: count,
        columns: Int32(columns.count), write: try Self.prepare(write, target)))
  }

  private static func read(
    _ count: Int, of copy: Copy, into cells: inout [Cell], _ bytes: inout [UInt8]
  ) throws {
    cells.removeAll(keepingCapacity: true)
    for _ in 0..<count {
      guard sqlite3_step(copy.rows) == SQLITE_ROW else { throw BenchmarkError("a row is missing") }
      for column in 0..<copy.columns {
        var cell = Cell(type: sqlite3_column_type(copy.rows, column))
        switch cell.type {
        case SQLITE_INTEGER: cell.integer = sqlite3_column_int64(copy.rows, column)
        case SQLITE_FLOAT: cell.real = sqlite3_column_double(copy.rows, column)
        case SQLITE_TEXT, SQLITE_BLOB:
          let start = sqlite3_column_blob(copy.rows, column)
          cell.offset = bytes.count
          cell.count = Int(sqlite3_column_bytes(copy.rows, column))
          bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: cell.count))
        default: break
        }
        cells.append(cell)
      }
    }
  }

  private static func write(_ cells: [Cell], _ bytes: UnsafeRawPointer, _ copy: Copy) throws {
    var column: Int32 = 0
    for cell in cells {
      column += 1
      switch cell.type {
      case SQLITE_INTEGER: sqlite3_bind_int64(copy.write, column, cell.integer)
      case SQLITE_FLOAT: sqlite3_bind_double(copy.write, column, cell.real)
      case SQLITE_TEXT:
        let start = (bytes + cell.offset).assumingMemoryBound(to: CChar.self)
        _ = csqlite_bind_text_static(copy.write, column, start, sqlite3_uint64(cell.count))
      case SQLITE_BLOB:
        _ = csqlite_bind_blob_static(
          copy.write, column, bytes + cell.offset, sqlite3_uint64(cell.count))
      default: sqlite3_bind_null(copy.write, column)
      }
      if column == copy.columns {
        column = 0
        guard sqlite3_step(copy.write) == SQLITE_DONE else {
          throw BenchmarkError(
            "a row of ours is refused: \(String(cString: sqlite3_errmsg(sqlite3_db_handle(copy.write))))")
        }
        sqlite3_reset(copy.write)
      }
    }
  }

  // MARK: - SQLite

  private func columns(of table: String) throws -> [String] {
    try texts("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid")
  }

  /// The first column of every row.
  private func texts(_ sql: String) throws -> [String] {
    let statement = try Self.prepare(sql, written)
    defer { sqlite3_finalize(statement) }
    var found: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if let text = sqlite3_column_text(statement, 0) { found.append(String(cString: text)) }
    }
    return found
  }

  private static func open(_ path: String) throws -> OpaquePointer {
    var database: OpaquePointer?
    let code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let database else { throw BenchmarkError("cannot open \(path)") }
    return database
  }

  private static func prepare(_ sql: String, _ database: OpaquePointer) throws -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw BenchmarkError("sqlite3: \(sql): \(String(cString: sqlite3_errmsg(database)))")
    }
    return statement
  }

  private static func execute(_ script: String, _ database: OpaquePointer) throws {
    guard sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK else {
      throw BenchmarkError("sqlite3: \(script): \(String(cString: sqlite3_errmsg(database)))")
    }
  }
}
