import Glibc
import Platform
import Support
import Testing

/// A large file, and an import that is killed in the middle of it.
struct ImportTests {
  private static let rows: Int64 = 60_000

  @Test(arguments: CommandTests.Place.allCases, StoreKind.allCases)
  func `an import that is killed goes on where it was, and doubles nothing`(
    _ place: CommandTests.Place, _ kind: StoreKind
  ) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      var daemon: Child?
      if place == .running { daemon = try await shop.start() }
      let file = shop.directory + "/customers.csv"
      var text = "id,email,first_name\n"
      for row in 1...Self.rows { text += "c\(row),c\(row)@customers.example,Name\(row)\n" }
      try Files.write(Array(text.utf8), to: file)

      let arguments = ["import", "customers", file, "--config", shop.configuration]
      let killed = try shop.adopt(
        Child(
          [try Program.path()] + arguments, environment: shop.environment,
          output: shop.directory + "/import.log"))
      if daemon != nil {
        try await eventually("first rows", context: { killed.text }) {
          try await shop.ask(["command": "status"])["customers"]?.integerValue ?? 0 > 0
        }
      } else {
        // The progress shows when rows are in the store.
        try await eventually("first rows", context: { killed.text }) {
          killed.text.contains("%") || killed.exitStatus != nil
        }
      }
      killed.kill()
      let finished = try await shop.reprise("import", "customers", file, "--json")
      #expect(finished.status == 0, "\(finished)")
      let report = try finished.json()
      #expect(report["imported"] == .integer(Self.rows), "\(finished)")
      #expect(report["rejected"] == 0)
      // Without a daemon to ask, the kill may come behind the last row.
      if place == .running { #expect(report["continued_at_line"]?.integerValue ?? 0 > 1, "\(finished)") }
      let status = try await shop.reprise("status", "--json")
      #expect(try status.json()["customers"] == .integer(Self.rows), "\(status)")
      let once = try await shop.reprise("import", "customers", file, "--json")
      #expect(try once.json()["outcome"] == "done_before", "\(once)")
      if let daemon {
        daemon.send(SIGTERM)
        #expect(try await daemon.end() == 0, "\(daemon.text)")
      }
    }
  }

  /// A program that held the line would need more than the half gigabyte it may have.
  private static let withLittleMemory = """
    printf 'id,plan\\na,1\\n' > "$1"
    truncate -s 1G "$1"
    printf '\\nc,3\\n' >> "$1"
    ulimit -v 524288
    shift
    exec "$@"
    """

  @Test func `a line of a gigabyte is rejected, in half of that memory`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let file = shop.directory + "/long.csv"
      let answer = try await Answer.of(
        [
          "/bin/sh", "-c", Self.withLittleMemory, "sh", file, try Program.path(), "import", "customers", file,
          "--config", shop.configuration, "--json",
        ], environment: shop.environment)
      #expect(answer.status == 0, "\(answer)")
      let report = try answer.json()
      #expect(report["imported"] == 2, "\(answer)")
      #expect(report["errors"]?[0]?["line"] == 3, "\(answer)")
      let rejected = try Files.readText(shop.directory + "/long.rejected.csv")
      #expect(rejected.contains("a field is longer than 65536 bytes; shorten it"))
    }
  }

  @Test func `the printed command imports the corrected rows with the options of the first import`()
    async throws
  {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let file = shop.directory + "/ann's orders.csv"
      try Files.write(
        Array("No.;who;when;sum\n1;ann;05/06/2026;9,50\n2;;06/06/2026;8,00\n".utf8), to: file)
      let first = try await shop.reprise(
        "import", "orders", file, "--map", "order_id=No.", "--map", "customer_id=who", "--map",
        "placed_at=when", "--map", "total=sum", "--date-format", "placed_at=day-first", "--currency", "EUR")
      #expect(first.status == 0, "\(first)")
      let lines = first.output.split(separator: "\n").map(String.init)
      let rejected = shop.directory + "/ann's orders.rejected.csv"
      #expect(
        lines.suffix(2).first == "The rejected rows are in \(rejected). Put them right there, then:",
        "\(first)")

      let text = try Files.readText(rejected)
      try Files.write(Array(text.replacing(#""2";"";"#, with: #""2";"bob";"#).utf8), to: rejected)
      let again = try await Answer.of(
        ["/bin/sh", "-c", lines.last ?? "", "sh"], environment: shop.environment)
      #expect(again.status == 0, "\(again)")
      #expect(again.output.contains("1 order imported, 0 rows rejected."), "\(again)")
      let bob = try await shop.reprise("export", "bob")
      #expect(bob.output.contains("EUR") && bob.output.contains("2026-06-06T00:00:00"), "\(bob)")
    }
  }
}
