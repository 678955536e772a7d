import Glibc
import Platform
import Support

/// The two stores that every test of the common face runs on.
enum Database: String, CaseIterable, Sendable {
  case sqlite
  case postgresql

  /// Makes an empty database and lends a way to open connections to it.
  func use<R>(
    _ body: (_ open: @escaping @Sendable () throws(SQLError) -> any SQLConnection) throws -> R
  ) throws -> R {
    let (open, cleanUp) = try make()
    defer { cleanUp() }
    return try body(open)
  }

  /// As `use`.
  func use<R>(
    _ body: (_ open: @escaping @Sendable () throws(SQLError) -> any SQLConnection) async throws -> R
  ) async throws -> R {
    let (open, cleanUp) = try make()
    defer { cleanUp() }
    return try await body(open)
  }

  /// Lends one connection to an empty database.
  func connect<R>(_ body: (any SQLConnection) throws -> R) throws -> R {
    try use { open in
      let connection = try open()
      defer { connection.close() }
      return try body(connection)
    }
  }

  private func make() throws -> (@Sendable () throws(SQLError) -> any SQLConnection, () -> Void) {
    switch self {
    case .sqlite:
      let directory = try TemporaryDirectory()
      let path = directory.path + "/test.db"
      return (
        { () throws(SQLError) in
          try SQLiteConnection(path: path, mode: .writer, pragmas: ["journal_mode=WAL", "synchronous=FULL"])
        }, { directory.remove() }
      )
    case .postgresql:
      let url = try TemporaryPostgres.shared().makeDatabase()
      return ({ () throws(SQLError) in try PostgresConnection(url: url) }, {})
    }
  }
}

struct TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/reprise-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SQLError(.io, String(cString: strerror(errno))) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove() {
    guard let entries = opendir(path) else { return }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { unlink(path + "/" + name) }
    }
    closedir(entries)
    rmdir(path)
  }
}

/// The error that `body` throws; a recorded failure when it throws none.
func sqlError(of body: () throws -> Void) -> SQLError {
  do {
    try body()
    return SQLError(.other, "nothing was thrown")
  } catch let error as SQLError {
    return error
  } catch {
    return SQLError(.other, "\(error)")
  }
}
