package import Platform
internal import Store

/// Dumps a PostgreSQL store with PostgreSQL's own tools, Debian's package `postgresql-client`.
package enum PostgresBackup {
  /// Writes a dump into a file that must not exist.
  package static func make(
    of url: String, to file: String, environment: Environment
  ) async throws(ServiceError) {
    guard !Files.isTaken(file) else {
      throw ServiceError("\(file) is there already; give the backup another name, or remove it", exitCode: 73)
    }
    let dumper = try find("pg_dump", environment)
    // pg_dump's own errors do not distinguish a wrong password from a server that is down.
    do throws(StoreError) { try StoreLocation.postgresql(url: url).requireServer() } catch {
      throw ServiceError(telling: error)
    }
    try await dump(Server(url, environment), to: file, by: dumper)
  }

  private static func dump(_ server: Server, to file: String, by dumper: String) async throws(ServiceError) {
    let partial = file + ".partial"
    // pg_dump itself would create a file that everybody can read, and would follow a link.
    do throws(FileError) {
      try Files.remove(partial)
      _ = try Files.create(partial)
    } catch {
      throw ServiceError(telling: error)
    }
    do throws(ServiceError) {
      try await run(
        "pg_dump",
        [
          dumper, "--format=custom", "--no-owner", "--no-privileges", "--file=\(partial)",
          "--dbname=\(server.url)",
        ],
        server.environment)
    } catch {
      try? Files.remove(partial)
      throw error
    }
    do throws(FileError) { try Files.move(partial, to: file) } catch { throw ServiceError(telling: error) }
  }

  /// Replaces the contents of the database with a dump, in one transaction: after a failure nothing has
  /// changed. Refused while a daemon uses the database.
  ///
  /// - Parameter former: the file for a dump of the current store; `nil` for none.
  /// - Returns: whether there was a store, and a dump of it was kept.
  @discardableResult
  package static func restore(
    _ file: String, to url: String, keeping former: String?, environment: Environment,
    wait: Duration = .seconds(10)
  ) async throws(ServiceError) -> Bool {
    let server = Server(url, environment)
    let (reader, writer) = (try find("pg_restore", environment), try find("psql", environment))
    let dumper = former == nil ? nil : try find("pg_dump", environment)
    guard Files.isReadable(file) else { throw ServiceError("\(file) cannot be read", exitCode: 66) }
    // Reports a file that is not a dump in plain words, before anything else.
    try await run("pg_restore", [reader, "--list", file], server.environment) { _ in true }
    var isKept = false
    var isReplaced = false
    do {
      try await PostgresReplacement.hold(.postgresql(url: url), wait: wait) { holdsStore in
        if holdsStore, let former, let dumper {
          try await keep(server, as: former, by: dumper)
          isKept = true
        }
        try await run(
          "pg_restore",
          [
            "/bin/sh", "-c", restoring, "sh", reader, file, PostgresReplacement.beginning,
            PostgresReplacement.end, writer, "--dbname=\(server.url)",
          ], server.environment, isAboutDump: PostgresReplacement.blamesDump)
        isReplaced = true
      }
    } catch {
      let error = ServiceError(telling: error)
      guard isKept, let former else { throw error }
      // The dump is not needed if certainly nothing was replaced. A lost connection proves nothing: it may
      // have been lost after the commit.
      if !isReplaced, error.exitCode == 65 {
        try? Files.remove(former)
        throw error
      }
      throw ServiceError("\(error); what was there before is kept as \(former)", exitCode: error.exitCode)
    }
    return isKept
  }

  private static func keep(_ server: Server, as former: String, by dumper: String) async throws(ServiceError)
  {
    do throws(ServiceError) {
      try await dump(server, to: former, by: dumper)
    } catch {
      throw ServiceError(
        "nothing was changed: the store that is there could not be kept as \(former); to go on without it: reprise restore --discard; \(error)",
        exitCode: error.exitCode)
    }
  }

  /// `pg_restore` cannot run other statements in its transaction, so psql runs its output between ours. If it
  /// fails to read the dump to its end, COMMIT is never reached.
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

  /// How those tools reach the server. Other users of the machine can read arguments, so the password goes
  /// into the environment.
  private struct Server {
    let url: String
    let environment: Environment

    init(_ url: String, _ environment: Environment) {
      var environment = environment
      // Their error texts are parsed.
      environment.values["LC_ALL"] = "C"
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

  /// - Parameters:
  ///   - name: the program, for the error text.
  ///   - isAboutDump: whether the error text of a failure is about the given dump.
  private static func run(
    _ name: String, _ command: [String], _ environment: Environment,
    isAboutDump: (String) -> Bool = { _ in false }
  ) async throws(ServiceError) {
    let outcome: ChildProcess.Outcome
    do {
      outcome = try await ChildProcess(
        command, environment: environment, deadline: .seconds(86_400)
      ).run()
    } catch {
      throw ServiceError("\(name) cannot be started: \(error)", exitCode: 71)
    }
    guard outcome.ending == .exited(0) else {
      let words = String(decoding: outcome.errorOutput.filter { $0 >= 0x20 || $0 == 0x0A }, as: UTF8.self)
      let isEnded = if case .exited = outcome.ending { true } else { false }
      throw ServiceError("\(name) failed: \(words)", exitCode: isEnded && isAboutDump(words) ? 65 : 74)
    }
  }
}
