import Platform
import Support
import Testing

/// The handbook as the program shows it.
struct HelpTests {
  private static func page(_ topic: String) throws -> String {
    try Files.readText(Repository.path("Sources/Handbook/\(topic).md"))
  }

  private static func topics() async throws -> [String] {
    let list = try await Program.run(["help", "--json"]).json()
    return list["topics"]?.arrayValue?.compactMap { $0["topic"]?.stringValue } ?? []
  }

  @Test func `every page is a topic, in a list that fits a terminal`() async throws {
    let pages = try Files.names(in: Repository.path("Sources/Handbook")).filter { $0.hasSuffix(".md") }
    #expect(try await Self.topics().map { $0 + ".md" }.sorted() == pages.sorted())
    let answer = try await Program.run(["help"])
    #expect(answer.status == 0)
    let lines = answer.output.split(separator: "\n")
    #expect(lines.count == pages.count + 1 && lines.allSatisfy { $0.utf8.count <= 80 }, "\(answer)")
  }

  @Test func `piped, a topic is its Markdown`() async throws {
    let triggers = try await Program.run(["help", "triggers"])
    #expect(triggers.status == 0)
    #expect(triggers.output == (try Self.page("triggers")))
    let reference = try await Program.run(["schema", "--markdown"]).output
    #expect(
      try await Program.run(["help", "configuration"]).output == Self.page("configuration") + "\n" + reference
    )
  }

  @Test func `the topic of commands has every command as it describes itself`() async throws {
    let answer = try await Program.run(["help", "commands"])
    #expect(answer.output.hasPrefix(try Self.page("commands")))
    for command in try await Self.commands() {
      let usage = try await Program.run([command, "--help"]).output
      #expect(answer.output.contains("\n### \(command)\n"), "\(command)")
      let call = try #require(usage.split(separator: "\n").first { $0.hasPrefix("Usage: ") })
      #expect(answer.output.contains("\n\(call.dropFirst(7))\n"), "\(call)")
      #expect(try await Program.run(["help", command]).output == usage)
    }
  }

  private static func commands() async throws -> [String] {
    let lines = try await Program.run(["--help"]).output.split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "Commands:"))
    return lines[(start + 1)...].prefix { !$0.isEmpty }.map { line in
      String(line.drop { $0 == " " }.prefix { $0 != " " })
    }
  }

  @Test func `the documents name only commands that there are`() async throws {
    let commands = Set(try await Self.commands())
    let pages = try await Self.topics().map { "Sources/Handbook/\($0).md" }
    for page in pages + ["README.md", "Sources/README.md", "Tests/README.md"] {
      let text = try Files.readText(Repository.path(page))
      for start in ["`reprise ", "\nreprise ", "sudo reprise ", "release/reprise "] {
        for part in text.split(separator: start, omittingEmptySubsequences: false).dropFirst() {
          let word = String(part.prefix { $0.isLetter || $0 == "-" })
          #expect(
            word.isEmpty || word.hasPrefix("--") || commands.contains(word), "\(page) names 'reprise \(word)'"
          )
        }
      }
    }
  }

  @Test func `an unknown topic is answered with the nearest one`() async throws {
    let answer = try await Program.run(["help", "trigers"])
    #expect(answer.status == 64 && answer.output.isEmpty)
    #expect(
      answer.errorOutput
        == "reprise: there is no topic 'trigers'; did you mean 'triggers'?\nTry 'reprise help --help'.\n")
  }

  @Test func `a word from a topic's name suggests the topic`() async throws {
    let answer = try await Program.run(["help", "quiet"])
    #expect(answer.status == 64 && answer.output.isEmpty)
    #expect(
      answer.errorOutput
        == "reprise: there is no topic 'quiet'; did you mean 'quiet-hours-caps-holdout'?\nTry 'reprise help --help'.\n"
    )
  }

  @Test func `every topic is a manual page that formats without a warning`() async throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    for topic in try await Self.topics() {
      let page = try await Program.run(["help", topic, "--man"])
      #expect(page.output.hasPrefix(".TH "), "\(page)")
      try Files.write(Array(page.output.utf8), to: directory + "/page")
      let answer = try await Answer.of([
        "/usr/bin/groff", "-man", "-T", "utf8", "-ww", "-z", "-K", "utf-8", directory + "/page",
      ])
      #expect(answer.status == 0 && answer.errorOutput.isEmpty, "\(topic): \(answer)")
    }
    let page = try await Program.run(["help", "--man"]).output
    #expect(page.hasPrefix(".TH \"REPRISE\" \"8\" ") && page.contains("\n.SH \"EXIT STATUS\"\n"))
    #expect(
      try await Program.run(["help", "configuration", "--man"]).output.hasPrefix(
        ".TH \"REPRISE.YAML\" \"5\" "))
  }
}
