import Platform
import Testing

/// What an operator sees of a configuration that is wrong: the same text from every command, and exit code 78.
struct BadConfigurationTests {
  @Test func `check tells every mistake of every file, and nothing starts with them`() async throws {
    try await TestShop.run { shop in
      try shop.configure(
        channel: "{adapter: exec, command: \"sh -c $(x)\"}",
        more: "limits:\n  quiet_hours: {from: 21:00, to: \"09:00\"}")
      try shop.addTemplate("thanks", subject: "Thanks", "Thank you.")
      try shop.addTrigger(
        "welcome", "when: {event: order_completed}\nsteps:\n  - {chanel: email, template: ../../etc/shadow}")
      let report = """
        config/reprise.yaml:15:35: error: 'command' must be a list such as [/usr/local/bin/deliver], not 'sh -c $(x)'; no shell reads it: write the program and each argument by itself, as in ["/usr/local/bin/deliver", "--quiet"]
          15 |   email: {adapter: exec, command: "sh -c $(x)"}
             |                                   ^~~~~~~~~~~~
        config/reprise.yaml:17:23: error: 'from' must be quoted: YAML reads 21:00 as the number 1260; write "21:00"
          17 |   quiet_hours: {from: 21:00, to: "09:00"}
             |                       ^~~~~
        config/triggers/welcome.yaml:4:6: error: unknown key 'chanel' in step; did you mean 'channel'?
          4 |   - {chanel: email, template: ../../etc/shadow}
            |      ^~~~~~
        config/triggers/welcome.yaml:4:31: error: 'template' must be a template name such as winback/miss-you, not '../../etc/shadow'; leave out the ending, and do not leave the template directory
          4 |   - {chanel: email, template: ../../etc/shadow}
            |                               ^~~~~~~~~~~~~~~~
        4 errors in 2 files

        """
      let checked = try await shop.reprise("check")
      #expect(checked.status == 78)
      #expect(checked.errorOutput == "")
      #expect(checked.output.replacing(shop.configuration, with: "config") == report, "\(checked)")

      let json = try await shop.reprise("check", "--json")
      #expect(json.status == 78)
      #expect(try json.json()["good"] == false)
      #expect(try json.json()["diagnostics"]?.arrayValue?.map { $0["line"] } == [15, 17, 4, 4])

      let customers = shop.directory + "/customers.csv"
      try Files.write(Array("id\nann\n".utf8), to: customers)
      for arguments in [["run"], ["import", "customers", customers]] {
        let refused = try await Program.run(
          arguments + ["--config", shop.configuration, "--store", shop.store], environment: shop.environment)
        #expect(refused.status == 78, "\(arguments): \(refused)")
        #expect(
          refused.errorOutput.replacing(shop.configuration, with: "config") == report, "\(arguments)")
      }
    }
  }

  @Test func `a directory without a configuration says what is wanted`() async throws {
    let refused = try await Program.run(["check", "--config", "/nonexistent/reprise"])
    #expect(refused.status == 78)
    #expect(
      refused.output == """
        /nonexistent/reprise: error: there is no such configuration directory; name it with --config DIR
        1 error in 1 file

        """)
  }
}
