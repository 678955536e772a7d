import Glibc
import Platform

/// A PostgreSQL server of the tests' own, in a temporary directory, listening on a unix socket only.
///
/// One server serves the whole test process; each test takes a database of its own. The usual server does not sync,
/// so it is fast and not durable; the program itself refuses such a server, and has a syncing one. A shell guards it: when the test process ends, in whatever way, the guard's standard
/// input ends, and it stops the server by its pid and removes the directory.
package struct TemporaryPostgres: Sendable {
  package let directory: String
  /// The pid of the server itself.
  package let pid: Int32

  private static let outcome: Result<TemporaryPostgres, TemporaryPostgresError> = Result {
    () throws(TemporaryPostgresError) in try start(isDurable: false)
  }
  private static let durableOutcome: Result<TemporaryPostgres, TemporaryPostgresError> = Result {
    () throws(TemporaryPostgresError) in try start(isDurable: true)
  }

  /// The server of this process, started by the first caller, who waits about two seconds for it.
  package static func shared() throws -> TemporaryPostgres { try outcome.get() }

  /// The same, of a server that keeps what it has committed, as the program demands.
  package static func durable() throws -> TemporaryPostgres { try durableOutcome.get() }

  /// The URL of a new, empty database.
  ///
  /// - Parameter language: whose order of texts the database has, as a BCP 47 tag; `nil` is the order of their bytes.
  package func makeDatabase(language: String? = nil) throws -> String {
    let name = "test_\(UInt64.random(in: 0 ... .max))"
    let connection = try PostgresConnection(url: url(of: "postgres"))
    defer { connection.close() }
    let order = language.map { "LOCALE_PROVIDER icu ICU_LOCALE '\($0)'" } ?? ""
    try connection.execute(SQLText("CREATE DATABASE \(name) TEMPLATE template0 \(order)"))
    return url(of: name)
  }

  /// The same, of a database whose owner has to give a password; the URL holds none.
  package func makeGuardedDatabase(password: String) throws -> String {
    let name = "guarded_\(UInt64.random(in: 0 ... .max))"
    let connection = try PostgresConnection(url: url(of: "postgres"))
    defer { connection.close() }
    try connection.execute(SQLText("CREATE ROLE \(name) LOGIN PASSWORD '\(password)'"))
    try connection.execute(SQLText("CREATE DATABASE \(name) TEMPLATE template0 OWNER \(name)"))
    let rules = directory + "/data/pg_hba.conf"
    let file = try Files.read(rules)
    let rule = Array("local all \(name) scram-sha-256\n".utf8)
    // Written in place: the server's own user must be able to read it.
    let descriptor = Glibc.open(rules, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError.last("open '\(rules)'") }
    let held = FileDescriptor(owning: descriptor)
    let bytes = rule + file
    guard write(held.raw, bytes, bytes.count) == bytes.count else {
      throw SystemError.last("write '\(rules)'")
    }
    kill(pid, SIGHUP)
    return "postgresql://\(name)@/\(name)?host=\(directory)"
  }

  package func url(of database: String) -> String {
    "postgresql:///\(database)?host=\(directory)&user=postgres"
  }

  // Debian's pg_createcluster would touch /etc; the plain tools do not. The server refuses to run as root.
  private static let script = """
    bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
    as=""
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$1"
      as="setpriv --reuid=postgres --regid=postgres --clear-groups --"
    fi
    cd /
    if $as "$bin/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$1/log" 2>&1; then
      $as "$bin/postgres" -D "$1/data" -c listen_addresses= -c unix_socket_directories="$1" -c fsync="$2" \\
        -c synchronous_commit="$2" -c full_page_writes="$2" -c max_connections=500 -c shared_buffers=32MB \\
        </dev/null >>"$1/log" 2>&1 &
      pid=$!
      while kill -0 $pid 2>/dev/null && ! "$bin/pg_isready" -q -h "$1" -U postgres; do sleep 0.05; done
      kill -0 $pid 2>/dev/null && echo $pid
      read -r _
      kill -QUIT $pid 2>/dev/null && wait $pid
    else
      cat "$1/log"
    fi
    rm -rf "$1"
    """

  private static func start(isDurable: Bool) throws(TemporaryPostgresError) -> TemporaryPostgres {
    var template = Array("/tmp/reprise-postgres-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw TemporaryPostgresError(reason: String(cString: strerror(errno)))
    }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var guardInput: [Int32] = [-1, -1]
    var guardOutput: [Int32] = [-1, -1]
    guard pipe(&guardInput) == 0, pipe(&guardOutput) == 0 else {
      throw TemporaryPostgresError(reason: String(cString: strerror(errno)))
    }
    // No other child may hold the guard's input open; the descriptor itself stays open until this process ends.
    for end in guardInput + guardOutput { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, guardInput[0], 0)
    posix_spawn_file_actions_adddup2(&actions, guardOutput[1], 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own: Control-C in the terminal ends the tests, and the guard then ends the server.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var arguments: [UnsafeMutablePointer<CChar>?] =
      ["sh", "-c", script, "sh", directory, isDurable ? "on" : "off"].map { (text: String) in strdup(text) }
      + [nil]
    defer { for argument in arguments { free(argument) } }
    var guardian: pid_t = 0
    let code = posix_spawn(&guardian, "/bin/sh", &actions, &attributes, &arguments, environ)
    close(guardInput[0])
    close(guardOutput[1])
    guard code == 0 else { throw TemporaryPostgresError(reason: String(cString: strerror(code))) }
    let said = readLine(from: guardOutput[0])
    close(guardOutput[0])
    guard let pid = Int32(said) else { throw TemporaryPostgresError(reason: said) }
    return TemporaryPostgres(directory: directory, pid: pid)
  }

  /// The first line that `descriptor` gives, or all it gave when it ended without one.
  private static func readLine(from descriptor: Int32) -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      if count < 1 || byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self)
  }
}

/// The server did not start.
package struct TemporaryPostgresError: Error, CustomStringConvertible {
  let reason: String

  package var description: String {
    "PostgreSQL did not start (Debian package postgresql): \(reason.isEmpty ? "it ended at once" : reason)"
  }
}
