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
      [
        try find("pg_dump", environment), "--format=custom", "--no-owner", "--no-privileges",
        "--file=\(partial)", "--dbname=\(server.url)",
      ],
      server.environment)
    do {
      try Files.move(partial, to: file)
    } catch {
      throw ServiceError("\(error)", exitCode: 74)
    }
  }

  /// Puts a dump in the place of what the database holds, in one transaction; whatever goes wrong, nothing is changed.
  /// Refused while a daemon uses the database.
  package static func restore(
    _ file: String, to url: String, environment: Environment, wait: Duration = .seconds(10)
  ) async throws(ServiceError) {
    let server = Server(url, environment)
    let (reader, writer) = (try find("pg_restore", environment), try find("psql", environment))
    // A file that is no dump is told of in plain words.
    try await run("pg_restore", [reader, "--list", file], server.environment)
    do {
      try await PostgresReplacement.hold(.postgresql(url: url), wait: wait) {
        try await run(
          "pg_restore",
          [
            "/bin/sh", "-c", restoring, "sh", reader, file, PostgresReplacement.beginning,
            PostgresReplacement.end, writer, "--dbname=\(server.url)",
          ], server.environment)
      }
    } catch let error as ServiceError {
      throw error
    } catch let error as StoreError {
      throw ServiceError(error.description, exitCode: error.exitCode)
    } catch {
      throw ServiceError(ErrorText.text(error), exitCode: 74)
    }
  }

  /// `pg_restore` itself cannot do anything else in its transaction. What it failed to read to its end never meets the
  /// COMMIT.
  private static let restoring = #"""
    {
      printf '%s\n' "$3"
      if "$1" --clean --if-exists --no-owner --no-privileges --file=- "$2"; then
        printf '%s\n' "$4"
      else
        printf '\n\\.\n%s\n' "DO 'BEGIN RAISE EXCEPTION ''nothing was changed''; END';"
      fi
    } | "$5" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --output=/dev/null --file=- "$6"
    """#

  /// How those programs reach the server: other users of the machine can read their arguments, so a password goes into
  /// the environment.
  private struct Server {
    let url: String
    let environment: Environment

    init(_ url: String, _ environment: Environment) {
      var environment = environment
      guard let scheme = url.firstRange(of: "://"),
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

  private static func find(_ program: String, _ environment: Environment) throws(ServiceError) -> String {
    let directories = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    guard let path = directories.map({ FilePath.join(String($0), program) }).first(where: Files.exists) else {
      throw ServiceError("\(program) is not installed; as root: apt install postgresql-client", exitCode: 69)
    }
    return path
  }

  /// - Parameter name: what a failure is told of.
  private static func run(
    _ name: String, _ command: [String], _ environment: Environment
  ) async throws(ServiceError) {
    let outcome: ChildProcess.Outcome
    do {
      outcome = try await ChildProcess(
        command, environment: environment, deadline: .seconds(86_400)
      ).run()
    } catch {
      throw ServiceError("\(name) cannot be started: \(error)", exitCode: 74)
    }
    guard outcome.ending == .exited(0) else {
      let words = String(decoding: outcome.errorOutput.filter { $0 >= 0x20 || $0 == 0x0A }, as: UTF8.self)
      throw ServiceError("\(name) failed: \(words)", exitCode: 74)
    }
  }
}
