import Glibc
import Platform
import Support
import Testing

/// Files that the daemon imports by itself.
@Suite(.timeLimit(.minutes(5))) struct SourceTests {
  private func configure(_ shop: TestShop, _ sources: String) throws {
    try shop.configure(
      channel: "{adapter: capture, directory: \(shop.directory)/outbox}",
      more: sources.isEmpty ? "" : "sources:\n  \(sources)")
    try shop.addTriggersOfSeconds()
  }

  private func folder(_ shop: TestShop) throws -> String {
    let folder = shop.directory + "/exports"
    try Files.makeDirectories(folder)
    return folder
  }

  /// What `reprise sources --json` says of the only source.
  private func source(_ shop: TestShop) async throws -> JSON {
    try await shop.reprise("sources", "--json").json()["sources"]?[0] ?? .null
  }

  private func customers(_ shop: TestShop) async throws -> Int64 {
    try await shop.ask(["command": "status"])["customers"]?.integerValue ?? -1
  }

  @Test(arguments: StoreKind.allCases)
  func `a folder is imported, a changed file again, and everything is reported`(kind: StoreKind) async throws
  {
    try await TestShop.run(kind) { shop in
      let folder = try folder(shop)
      try configure(shop, "crm: {import: customers, from: \(folder), every: 1s}")
      try Files.write(Array("id,email\na,a@customers.example\n,nobody\n".utf8), to: folder + "/a.csv")
      let daemon = try await shop.start()
      try await eventually("first customer", context: { daemon.text }) { try await customers(shop) == 1 }
      try await eventually("end of the file") { try await source(shop)["last_result"]?["files"] == 1 }
      let told = try await source(shop)
      #expect(told["standing"] == "with_problems", "\(told)")
      #expect(told["last_result"]?["taken"] == 1 && told["last_result"]?["rejected"] == 1, "\(told)")
      let rejected = told["problems"]?[0]?["problem"]?.stringValue ?? ""
      #expect(rejected.hasPrefix("1 row rejected; see "), "\(told)")
      #expect(rejected.hasSuffix("rejected/crm/a.rejected.csv"), "\(told)")
      let status = try await shop.reprise("status")
      #expect(status.output.contains("crm"), "\(status)")
      #expect(status.output.contains("1 rows taken, 1 rejected"), "\(status)")
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      for line in [
        "reprise_source_rows_total{source=\"crm\",result=\"taken\"} 1",
        "reprise_source_rows_total{source=\"crm\",result=\"unchanged\"} 0",
        "reprise_source_rows_total{source=\"crm\",result=\"rejected\"} 1",
        "reprise_source_running{source=\"crm\"} 0", "reprise_source_problems{source=\"crm\"} 1",
      ] {
        #expect(metrics.contains(line + "\n"), "\(line)")
      }
      #expect(metrics.contains("\nreprise_source_last_success_timestamp_seconds{source=\"crm\"} "))
      try Files.write(
        Array("id,email\na,a@customers.example\nb,b@customers.example\n".utf8), to: folder + "/a.csv")
      try await eventually("second customer") { try await customers(shop) == 2 }
      try await eventually("no problem left") { try await source(shop)["standing"] == "good" }
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test func `a reload adds, changes and removes sources`() async throws {
    try await TestShop.run { shop in
      let folder = try folder(shop)
      try Files.write(Array("number\na\n".utf8), to: folder + "/a.csv")
      try configure(shop, "")
      let daemon = try await shop.start()
      let none = try await shop.reprise("sources")
      #expect(none.output.hasPrefix("no sources; name them under sources: in reprise.yaml, see: "), "\(none)")
      try configure(shop, "crm: {import: customers, from: \(folder), every: 1s}")
      #expect(try await shop.reprise("reload").status == 0)
      try await eventually("problem") { try await source(shop)["standing"] == "with_problems" }
      try configure(shop, "crm: {import: customers, from: \(folder), every: 1s, map: id=number}")
      #expect(try await shop.reprise("reload").status == 0)
      try await eventually("customer") { try await customers(shop) == 1 }
      let unknown = try await shop.reprise("sources", "crn", "--now")
      #expect(unknown.status == 65)
      #expect(
        unknown.errorOutput == "reprise: there is no source 'crn' in reprise.yaml; did you mean 'crm'?\n",
        "\(unknown)")
      try configure(shop, "")
      #expect(try await shop.reprise("reload").status == 0)
      #expect(try await source(shop) == .null)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test func `a request checks at once`() async throws {
    try await TestShop.run { shop in
      let folder = try folder(shop)
      try configure(shop, "crm: {import: customers, from: \(folder), at: \"03:30\"}")
      let daemon = try await shop.start()
      try await eventually("first look") { try await source(shop)["last_look_at"]?.stringValue != nil }
      let before = try await source(shop)
      let asked = try await shop.reprise("sources", "crm", "--now")
      #expect(asked.status == 0, "\(asked)")
      #expect(asked.output.contains("looking for news now"), "\(asked)")
      try await eventually("second look") {
        try await source(shop)["last_look_at"] != before["last_look_at"]
      }
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `after a kill in the middle of a file the import continues, and stores nothing twice`(
    kind: StoreKind
  ) async throws {
    try await TestShop.run(kind) { shop in
      let folder = try folder(shop)
      try configure(shop, "crm: {import: customers, from: \(folder), every: 1s}")
      var text = "id,email\n"
      for row in 1...60_000 { text += "c\(row),c\(row)@customers.example\n" }
      try Files.write(Array(text.utf8), to: folder + "/a.csv")
      let killed = try await shop.start()
      try await eventually("first rows", context: { killed.text }) { try await customers(shop) > 0 }
      killed.kill()
      let daemon = try await shop.start()
      #expect(try await customers(shop) < 60_000)
      try await eventually("all rows", within: .seconds(60), context: { daemon.text }) {
        try await source(shop)["last_result"]?["files"] == 1
      }
      #expect(try await customers(shop) == 60_000)
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      #expect(!metrics.contains("reprise_source_rows_total{source=\"crm\",result=\"taken\"} 60000\n"))
      let stopped = SystemTime.monotonic()
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      #expect(SystemTime.monotonic() - stopped < .seconds(20))
    }
  }

  @Test func `a folder of 10,000 files is imported in little memory, alongside live events`() async throws {
    try await TestShop.run { shop in
      let folder = try folder(shop)
      try configure(shop, "crm: {import: customers, from: \(folder), every: 1s}")
      for file in 1...10_000 {
        let raw = open("\(folder)/\(file).csv", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        try FileDescriptor(owning: raw).write(Array("id,email\nc\(file),c\(file)@customers.example\n".utf8))
      }
      let daemon = try await shop.start()
      try await eventually("first files", within: .seconds(60)) { try await customers(shop) > 100 }
      #expect(try await shop.post(TestShop.order("live", "o-1")).status == 200)
      try await eventually("all files", within: .seconds(240), context: { daemon.text }) {
        try await source(shop)["last_result"]?["files"] == 10_000
      }
      #expect(try await customers(shop) == 10_001)
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      let memory = metrics.split(separator: "\n").first { $0.hasPrefix("reprise_resident_memory_bytes ") }
      let bytes = try #require(memory.flatMap { Double($0.dropFirst(30)) })
      #expect(bytes < 150 * 1e6)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test func `files are fetched from a web server and over SFTP`() async throws {
    let web = try FileServer(FileServer.File("id,email\na,a@customers.example\n", etag: "\"1\""))
    let ssh = try await SSHServer()
    try Files.makeDirectories(ssh.directory + "/files")
    try Files.write(Array("id,email\nb,b@customers.example\n".utf8), to: ssh.directory + "/files/b.csv")
    try await TestShop.run { shop in
      let address = "sftp://\(ssh.user)@127.0.0.1:\(ssh.port)\(ssh.directory)/files/"
      try configure(
        shop,
        """
        web: {import: customers, from: "http://127.0.0.1:\(web.port)/export.csv", every: 1s}
          files: {import: customers, from: "\(address)", every: 1s, key_file: \(ssh.keyFile), known_hosts: \(ssh.knownHosts)}
        """)
      let daemon = try await shop.start()
      try await eventually("both customers", context: { daemon.text }) { try await customers(shop) == 2 }
      try await eventually("question by the validator") {
        web.requests.count > 1 && web.requests[1].contains("If-None-Match: \"1\"")
      }
      let told = try await shop.reprise("sources", "--json").json()["sources"]?.arrayValue ?? []
      #expect(told.map { $0["standing"] } == ["good", "good"], "\(told)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
    _ = ssh
  }

  @Test func `check reports what is wrong with a source, and where`() async throws {
    try await TestShop.run { shop in
      try configure(shop, "crm: {import: customers, from: /nowhere/exports, presett: shopify}")
      let refused = try await shop.reprise("check")
      #expect(refused.status == 78, "\(refused)")
      #expect(
        (refused.output + refused.errorOutput).contains("unknown key 'presett' in source"), "\(refused)")
      try configure(shop, "crm: {import: customers, from: /nowhere/exports}")
      let warned = try await shop.reprise("check")
      #expect(warned.status == 0, "\(warned)")
      #expect(
        (warned.output + warned.errorOutput).contains(
          "'from' names '/nowhere/exports', which does not exist"), "\(warned)")
    }
  }
}
