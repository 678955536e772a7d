package import Platform
internal import Store

/// A dump of a PostgreSQL store by PostgreSQL's own programs, which Debian has in `postgresql-client`.
package enum PostgresBackup {
  /// Writes a dump into a file that must not exist.
  package static func make(
    of url: String, to file: String, environment: Environment
  ) async throws(ServiceError) {
    guard !Files.exists(file) else {
      throw ServiceError("\(file) is there already; give the backup another name, or remove it", exitCode: 73)
    }
    let partial = file + ".partial"
    let server = Server(url, environment)
    try await run(
      "pg_dump",
      ["--format=custom", "--no-owner", "--no-privileges", "--file=\(partial)", "--dbname=\(server.url)"],
      server.environment)
    do {
      try Files.move(partial, to: file)
    } catch {
      throw ServiceError("\(error)", exitCode: 74)
    }
  }

  /// Puts a dump in the place of what the database holds, in one transaction.
  package static func restore(
    _ file: String, to url: String, environment: Environment
  ) async throws(ServiceError) {
    let server = Server(url, environment)
    // Read through first: a file that is no dump must not cost the tables that are there.
    try await run("pg_restore", ["--list", file], server.environment)
    try await run(
      "pg_restore",
      [
        "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--dbname=\(server.url)", file,
      ],
      server.environment)
  }

  /// How those programs reach the server: other users of the machine can read their arguments, so a password goes into
  /// the environment.
  private struct Server {
    let url: String
    let environment: Environment

    init(_ url: String, _ environment: Environment) {
      var environment = environment
      guard let scheme = url.utf8.firstRange(of: "://".utf8),
        case let authority = url.utf8[scheme.upperBound...].prefix(while: {
          $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }),
        let at = authority.lastIndex(of: UInt8(ascii: "@")),
        let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
      else {
        self.url = url
        self.environment = environment
        return
      }
      let password = String(authority[authority.index(after: colon)..<at]) ?? ""
      environment.values["PGPASSWORD"] = PercentEncoding.decode(password) ?? password
      self.url = String(url[..<colon]) + String(url[at...])
      self.environment = environment
    }
  }

  private static func run(
    _ program: String, _ arguments: [String], _ environment: Environment
  ) async throws(ServiceError) {
    let directories = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    guard let path = directories.map({ FilePath.join(String($0), program) }).first(where: Files.exists) else {
      throw ServiceError("\(program) is not installed; as root: apt install postgresql-client", exitCode: 69)
    }
    let outcome: ChildProcess.Outcome
    do {
      outcome = try await ChildProcess(
        [path] + arguments, environment: environment, deadline: .seconds(86_400)
      ).run()
    } catch {
      throw ServiceError("\(program) cannot be started: \(error)", exitCode: 74)
    }
    guard outcome.ending == .exited(0) else {
      let words = String(decoding: outcome.errorOutput.filter { $0 >= 0x20 || $0 == 0x0A }, as: UTF8.self)
      throw ServiceError("\(program) failed: \(words)", exitCode: 74)
    }
  }
}
