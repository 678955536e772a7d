import Glibc
import Platform
import Support
import Testing

struct FailedStartTests {
  @Test func `a failed start is logged as an error, whatever the reason`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let log = shop.log
      try Files.write([], to: log)
      var status = stat()
      #expect(stat(log, &status) == 0)
      let journal = shop.environment.merging(["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]) { $1 }
      func expectProblem(_ options: [String], ends code: Int32, configuration: String? = nil) async throws {
        truncate(log, 0)
        let child = try shop.adopt(
          Child(
            [try Program.path(), "run", "--config", configuration ?? shop.configuration] + options,
            environment: journal, output: log))
        #expect(try await child.end() == code, "\(options): \(child.text)")
        let lines = child.text.split(separator: "\n")
        #expect(
          !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("<3>") || $0.hasPrefix("<4>") },
          "\(options): \(child.text)")
        #expect(lines.last?.hasPrefix("<3>") == true, "\(options): \(child.text)")
      }
      // The command line, and a configuration that is not there.
      try await expectProblem(["--listen", "nowhere"], ends: 64)
      try await expectProblem(["--nothing"], ends: 64)
      try await expectProblem([], ends: 78, configuration: "/nonexistent")
      try await expectProblem(["--json"], ends: 78, configuration: "/nonexistent")
      // Places that cannot be written, and addresses that cannot be had.
      try await expectProblem(["--store", "sqlite:/proc/reprise/x.db"], ends: 74)
      try await expectProblem(["--control", "/proc/reprise/control.sock"], ends: 74)
      try await expectProblem(["--control", "/" + String(repeating: "x", count: 120)], ends: 64)
      try await expectProblem(["--listen", "192.0.2.1:80"], ends: 78)
      let taken = try FullListener()
      try await expectProblem(["--listen", "127.0.0.1:\(taken.port)"], ends: 71)
      // A database that turns us away, and one that is gone, newer, or another program's.
      let server = try await WorkerThread.run("postgres") { try TemporaryPostgres.durable() }
      try await expectProblem(["--store", server.url(of: "none")], ends: 78)
      try await expectProblem(["--store", "nothing:x"], ends: 78)
      let path = shop.directory + "/reprise.db"
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("UPDATE meta SET value = '9999' WHERE name = 'schema_version'")
      connection.close()
      try await expectProblem([], ends: 65)
      try Files.remove(path)
      try await expectProblem([], ends: 65)
      let other = shop.directory + "/other.db"
      let stranger = try SQLiteConnection(path: other, mode: .writer)
      try stranger.execute("CREATE TABLE t (a)")
      stranger.close()
      try await expectProblem(["--store", "sqlite:\(other)"], ends: 65)
      // A secret that is missing, and a mistake.
      let text = try Files.readText(shop.configuration + "/reprise.yaml")
      try shop.write("reprise.yaml", text.replacing("${env:REPRISE_WRITE_KEY}", with: "${credential:none}"))
      try await expectProblem([], ends: 78)
      try shop.write("reprise.yaml", text.replacing("channels:", with: "chanels:"))
      try await expectProblem([], ends: 78)
    }
  }
}
