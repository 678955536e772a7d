import Platform
import Support
import Testing

/// What `make` does on a machine where libraries are missing; apt and sudo are played by scripts.
struct MakefileTests {
  /// Runs `make libraries` where one library is missing, with no programs but those named here.
  private static func libraries(uid: Int, hasSudo: Bool) async throws -> (answer: Answer, calls: [String]) {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let calls = directory + "/calls"
    var programs = [
      "id": "echo \(uid)",
      "dpkg-query": "[ \"$4\" = present ] && echo 'install ok installed'",
      "apt-get": "echo \"apt-get $* ($DEBIAN_FRONTEND)\" >> \(calls)",
      "grep": "exec /usr/bin/grep \"$@\"",
      "env": "exec /usr/bin/env \"$@\"",
    ]
    if hasSudo { programs["sudo"] = "echo \"sudo $*\" >> \(calls); exec \"$@\"" }
    for (name, body) in programs {
      try Files.write(Array("#!/bin/bash\n\(body)\n".utf8), to: "\(directory)/\(name)", permissions: 0o755)
    }
    let answer = try await Answer.of(
      [
        "/usr/bin/make", "-C", Repository.path(""), "--no-print-directory", "libraries",
        "LIBRARIES=present absent",
      ], environment: ["PATH": directory, "DEBIAN_FRONTEND": "unset"])
    let text = (try? Files.readText(calls)) ?? ""
    return (answer, text.split(separator: "\n").map(String.init))
  }

  private static let update = "apt-get update -qq (unset)"
  private static let install = "apt-get install -y -qq --no-install-recommends absent (noninteractive)"

  @Test(arguments: [("", ""), ("LISTEN=127.0.0.1:8760", "--listen 127.0.0.1:8760")])
  func `make run listens where it is told to`(given: String, option: String) async throws {
    let answer = try await Answer.of(
      [
        "/usr/bin/make", "-C", Repository.path(""), "--no-print-directory", "-n", "run",
      ] + (given.isEmpty ? [] : [given]))
    let last = answer.output.split(separator: "\n").last.map(String.init)
    #expect(
      last == "exec .build/release/reprise run --demo --config config --var var \(option)", "\(answer)")
  }

  @Test func `root installs what is missing, without sudo`() async throws {
    let (answer, calls) = try await Self.libraries(uid: 0, hasSudo: false)
    #expect(answer.status == 0, "\(answer)")
    #expect(answer.output == "installing: absent\n")
    #expect(calls == [Self.update, Self.install])
  }

  @Test func `somebody else installs it with sudo`() async throws {
    let (answer, calls) = try await Self.libraries(uid: 1000, hasSudo: true)
    #expect(answer.status == 0, "\(answer)")
    #expect(calls.filter { $0.hasPrefix("apt-get") } == [Self.update, Self.install])
    #expect(calls.filter { $0.hasPrefix("sudo") }.count == 2, "\(calls)")
  }

  @Test func `without sudo the way out is named`() async throws {
    let (answer, calls) = try await Self.libraries(uid: 1000, hasSudo: false)
    #expect(answer.status == 2 && calls.isEmpty, "\(answer)")
    #expect(
      answer.output == """
        missing: absent
        You are not root, and there is no sudo. As root: apt-get update && apt-get install -y absent

        """)
  }
}
