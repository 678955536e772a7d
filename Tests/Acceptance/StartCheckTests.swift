import Glibc
import Platform
import Support
import Testing

/// What keeps the daemon from starting is told by `check` beforehand, and by the start to whoever asks for problems.
struct StartCheckTests {
  @Test func `check fails on what cannot start`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let good = try await shop.reprise("check")
      #expect(good.status == 0, "\(good)")
      #expect(!Files.exists(shop.directory + "/reprise.db"))

      // The port of another program.
      let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(other) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = shop.port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      #expect(bound == 0 && listen(other, 1) == 0)
      let taken = try await shop.reprise("check")
      #expect(taken.status == 74, "\(taken)")
      #expect(
        taken.output
          == "error: http: cannot listen on 127.0.0.1:\(shop.port): Address already in use\n\(shop.configuration): good in itself, but the daemon cannot start here. Found: 0 triggers, 0 templates, 1 channel.\n"
      )
      let alone = try await shop.reprise("check", "--files-only")
      #expect(alone.status == 0, "\(alone)")
      let json = try await shop.reprise("check", "--json")
      #expect(try json.json()["good"] == false)
      #expect(try json.json()["start"]?.arrayValue?.first?["exit"]?.integerValue == 74)
    }
  }

  @Test func `check fails on a credential that is missing`() async throws {
    try await TestShop.run { shop in
      try shop.configure(
        channel:
          "{adapter: smtp, url: 'smtp://127.0.0.1:25', encryption: none, from: Hill Tea <hello@tea.example>, username: x, password: '${credential:smtp_password}'}"
      )
      let missing = try await shop.reprise("check")
      #expect(missing.status == 78, "\(missing)")
      #expect(missing.output.contains("error: there is no credential 'smtp_password'"), "\(missing)")
      let alone = try await shop.reprise("check", "--files-only")
      #expect(alone.status == 0, "\(alone)")
      #expect(alone.output.contains("warning: there is no credential 'smtp_password'"), "\(alone)")
    }
  }

  @Test func `check sees a newer store, and what is left of one that is gone`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let daemon = try await shop.start()
      // While the daemon has its port and its store, both are as they should be.
      let beside = try await shop.reprise("check")
      #expect(beside.status == 0, "\(beside)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let path = shop.directory + "/reprise.db"
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("UPDATE meta SET value = '9999' WHERE name = 'schema_version'")
      connection.close()
      let names = try Files.names(in: shop.directory)
      let newer = try await shop.reprise("check")
      #expect(newer.status == 65, "\(newer)")
      #expect(
        newer.output.hasPrefix("error: store: it was written by a newer reprise (schema 9999, "), "\(newer)")
      #expect(try Files.names(in: shop.directory) == names)
      try Files.remove(path)
      let gone = try await shop.reprise("check")
      #expect(gone.status == 65, "\(gone)")
      #expect(gone.output.hasPrefix("error: store: there is no \(path), though there is still "), "\(gone)")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `check says what the user of the daemon cannot reach`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let state = shop.directory + "/state"
      try Files.makeDirectories(state)
      chown(state, 4711, 4711)
      let file = shop.configuration + "/reprise.yaml"
      chmod(file, 0o600)
      try Files.write([], to: state + "/reprise.db-lock")
      let answer = try await shop.reprise("check", "--store", "sqlite://\(state)/reprise.db")
      #expect(answer.status == 74, "\(answer)")
      #expect(
        answer.output.contains(
          "error: store: \(state)/reprise.db-lock belongs to another user than \(state)"),
        "\(answer)")
      #expect(
        answer.output.contains("error: configuration: \(file) cannot be read by the user of \(state)"),
        "\(answer)")
    }
  }

  @Test func `a start that fails is a problem to the journal, whatever the reason`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let log = shop.log
      try Files.write([], to: log)
      var status = stat()
      #expect(stat(log, &status) == 0)
      let journal = shop.environment.merging(["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]) { $1 }
      func start(_ options: String...) async throws -> String {
        truncate(log, 0)
        let child = try shop.adopt(
          Child([try Program.path(), "run"] + options, environment: journal, output: log))
        #expect(try await child.end() != 0)
        return child.text
      }
      let readOnly = "/proc/reprise"
      for options in [
        ["--config", "/nonexistent"], ["--config", shop.configuration, "--store", "sqlite:\(readOnly)/x.db"],
        ["--config", shop.configuration, "--listen", "nowhere"], ["--nothing"],
      ] {
        truncate(log, 0)
        let child = try shop.adopt(
          Child([try Program.path(), "run"] + options, environment: journal, output: log))
        #expect(try await child.end() != 0)
        let lines = child.text.split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("<3>") }, "\(options): \(child.text)")
      }
    }
  }

  @Test func `a file system that is read-only is called that`() async throws {
    guard
      (try? await Answer.of(["/usr/bin/unshare", "-Urm", "/bin/mount", "-t", "tmpfs", "none", "/mnt"]))?
        .status == 0
    else { return }
    try await TestShop.run { shop in
      try shop.configureCapture()
      let disk = shop.directory + "/disk"
      try Files.makeDirectories(disk)
      let answer = try await Answer.of(
        [
          "/usr/bin/unshare", "-Urm", "/bin/sh", "-c",
          "mount -t tmpfs -o ro none \"$1\" && shift && exec \"$@\"", "sh", disk, try Program.path(), "run",
          "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
        ], environment: shop.environment)
      #expect(answer.status == 74, "\(answer)")
      #expect(
        answer.errorOutput
          == "reprise: store: \(disk)/reprise.db: cannot open the lock file '\(disk)/reprise.db-lock': the file system is read-only; mount it for writing, or name the directory in ReadWritePaths= of the unit\n",
        "\(answer)")
    }
  }
}
