import Domain
import Platform
import Support
import Testing

/// What the handbook prints is true of the program.
struct HandbookTests {
  private static func pages() throws -> [String] {
    try Files.names(in: Repository.path("Sources/Handbook")).filter { $0.hasSuffix(".md") }.sorted()
  }

  /// The blocks of a page in this language.
  private static func blocks(_ page: String, _ language: String) throws -> [String] {
    let text = try Files.readText(Repository.path("Sources/Handbook/\(page)"))
    return text.split(separator: "```\(language)\n").dropFirst().map { part in
      String(part.prefix(upTo: part.firstRange(of: "```")?.lowerBound ?? part.endIndex))
    }
  }

  @Test func `every example of a trigger and of settings passes the check`() async throws {
    var count = 0
    for page in try Self.pages() {
      for block in try Self.blocks(page, "yaml") {
        count += 1
        try await Self.check(block, of: page)
      }
    }
    #expect(count > 10, "\(count) examples")
  }

  /// In the example shop: a trigger or a segment beside its others, a piece of one put into a whole one, and a part of `reprise.yaml` in
  /// place of that part.
  private static func check(_ block: String, of page: String) async throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let copied = try await Answer.of(["/bin/cp", "-r", Repository.path("config"), directory + "/config"])
    #expect(copied.status == 0)
    let config = directory + "/config"
    let key = String(block.prefix { $0 != ":" })
    if ["trigger", "audience", "when"].contains(key) {
      var text = block
      if key != "trigger" { text += "trigger: piece\n" }
      if key == "audience" { text += "when: {lapsed: 90d}\n" }
      if key != "trigger" { text += "steps:\n  - {channel: email, template: winback/last}\n" }
      // The name of a trigger is unique in a shop.
      try Files.removeTree(config + "/triggers")
      try Files.makeDirectories(config + "/triggers")
      try Files.write(Array(text.utf8), to: config + "/triggers/example.yaml")
    } else if key == "segment" {
      try Files.write(Array(block.utf8), to: config + "/segments/example.yaml")
    } else {
      // Steps and consent name channels, which the example may not have.
      try Files.removeTree(config + "/triggers")
      let keys = key == "channels" ? [key, "consent", "limits"] : [key]
      let settings = try Files.readText(config + "/reprise.yaml")
      try Files.write(Array((without(keys, settings) + block).utf8), to: config + "/reprise.yaml")
    }
    let answer = try await Program.run(["check", "--files-only", "--config", config])
    #expect(answer.status == 0, "\(page): \(block)\n\(answer)")
  }

  /// The text of `reprise.yaml` without these keys and what is below them.
  private static func without(_ keys: [String], _ text: String) -> String {
    var isDropped = false
    var kept = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let first = line.first, first != " ", first != "#" {
        isDropped = keys.contains { line.hasPrefix($0 + ":") }
      }
      if !isDropped { kept += line + "\n" }
    }
    return kept
  }

  @Test func `the gates stand in the handbook in their order`() throws {
    let text = try Files.readText(Repository.path("Sources/Handbook/quiet-hours-caps-holdout.md"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.map { String($0.split(separator: "`")[1]) } == Gate.allCases.map(\.rawValue))
  }

  @Test func `the metrics of the handbook are those of the program`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let daemon = try await shop.start()
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      daemon.send(15)
      _ = try await daemon.end()
      for page in try Self.pages() {
        let text = try Files.readText(Repository.path("Sources/Handbook/\(page)"))
        for part in text.split(separator: "reprise_").dropFirst() {
          let name = "reprise_" + part.prefix { $0.isLetter || $0 == "_" }
          if name == "reprise_" { continue }
          #expect(metrics.contains("# HELP \(name) "), "\(page) names \(name)")
        }
      }
    }
  }
}
