import Configuration
import Decisioning
import Domain
import Platform
import Testing

@testable import Delivery

/// Channels that somebody broke, with everything `check` says about them: what stands in numbers, in the address of a
/// provider and in the command of a program. The other bad inputs of a configuration stand in the tests of
/// Configuration.
struct BadChannelTests {
  struct Channel: Sendable, CustomTestStringConvertible {
    let sentence: String
    /// The entry of `channels:`, which begins in line 11, column 10.
    let entry: String
    let report: String
    var testDescription: String { sentence }
  }

  private static func report(_ entry: String) throws -> String {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-channels")
    defer { try? Files.removeTree(directory) }
    let settings = """
      brand:
        name: Qingshan Tea
        url: https://tea.example
        time_zone: UTC
        currency: CNY
        locale: en
      store: sqlite:///var/lib/reprise/reprise.db
      http: {public_url: "https://hello.tea.example", write_keys: ["${env:KEY}"]}
      # What is wrong stands below.
      channels:
        robot: \(entry)

      """
    try Files.write(Array(settings.utf8), to: directory + "/reprise.yaml")
    let loader = ConfigurationLoader(
      directory: directory, adapters: AdapterRegistry.channel, sources: Shape<String>.text(),
      policy: { ($0.address, .text) },
      zones: ZoneCatalog(["UTC": .utc]), secrets: nil)
    return loader.load().report.rendered().replacing(directory, with: "config")
  }

  private static func smtp(_ rest: String) -> String {
    "{adapter: smtp, url: \"smtps://smtp.example\", from: hello@tea.example, \(rest)}"
  }

  static let numbers = [
    Channel(
      sentence: "a rate below nothing", entry: smtp("rate: -1"),
      report: """
        config/reprise.yaml:11:86: error: 'rate' must be a rate such as 50/s or 10/m, not '-1'
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, rate: -1}
             |                                                                                      ^~
        1 error in 1 file

        """),
    Channel(
      sentence: "a rate beyond all numbers", entry: smtp("rate: 1e309"),
      report: """
        config/reprise.yaml:11:86: error: 'rate' must be a rate such as 50/s or 10/m, not '1e309'
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, rate: 1e309}
             |                                                                                      ^~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a rate that is no number", entry: smtp("rate: NaN"),
      report: """
        config/reprise.yaml:11:86: error: 'rate' must be a rate such as 50/s or 10/m, not 'NaN'
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, rate: NaN}
             |                                                                                      ^~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a rate without a unit", entry: smtp("rate: 9223372036854775808"),
      report: """
        config/reprise.yaml:11:86: error: 'rate' needs a unit; write 9223372036854775808/s, 9223372036854775808/m or 9223372036854775808/h
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, rate: 9223372036854775808}
             |                                                                                      ^~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a rate of more than 64 bits", entry: smtp("rate: 9223372036854775808/s"),
      report: """
        config/reprise.yaml:11:86: error: 'rate' is out of range; it lies between 1 and 1000000
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, rate: 9223372036854775808/s}
             |                                                                                      ^~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "no connection at all", entry: smtp("connections: 0"),
      report: """
        config/reprise.yaml:11:93: error: 'connections' must be a whole number from 1 to 1000, not '0'
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, connections: 0}
             |                                                                                             ^
        1 error in 1 file

        """),
    Channel(
      sentence: "more connections than 64 bits count", entry: smtp("connections: 9223372036854775808"),
      report: """
        config/reprise.yaml:11:93: error: 'connections' must be a whole number from 1 to 1000, not '9223372036854775808'; the number is too large
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, connections: 9223372036854775808}
             |                                                                                             ^~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: numbers) func `a number lies in its range`(_ channel: Channel) throws {
    try check(channel)
  }

  static let commands = [
    Channel(
      sentence: "a command for a shell", entry: "{adapter: exec, command: \"sh -c $(x)\"}",
      report: """
        config/reprise.yaml:11:35: error: 'command' must be a list such as [/usr/local/bin/deliver], not 'sh -c $(x)'; no shell reads it: write the program and each argument by itself, as in ["/usr/local/bin/deliver", "--quiet"]
          11 |   robot: {adapter: exec, command: "sh -c $(x)"}
             |                                   ^~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a command of plain words",
      entry: "{adapter: exec, command: /usr/local/bin/deliver --to robot}",
      report: """
        config/reprise.yaml:11:35: error: 'command' must be a list such as [/usr/local/bin/deliver], not '/usr/local/bin/deliver --to robot'; no shell reads it: write ["/usr/local/bin/deliver", "--to", "robot"]
          11 |   robot: {adapter: exec, command: /usr/local/bin/deliver --to robot}
             |                                   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a command of one word", entry: "{adapter: exec, command: /usr/local/bin/deliver}",
      report: """
        config/reprise.yaml:11:35: error: 'command' must be a list such as [/usr/local/bin/deliver], not '/usr/local/bin/deliver'; no shell reads it: write ["/usr/local/bin/deliver"]
          11 |   robot: {adapter: exec, command: /usr/local/bin/deliver}
             |                                   ^~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a command that is looked for", entry: "{adapter: exec, command: [deliver, --quiet]}",
      report: """
        config/reprise.yaml:11:35: error: 'command' must begin with the program's full path, not 'deliver'; it is not looked for in PATH
          11 |   robot: {adapter: exec, command: [deliver, --quiet]}
             |                                   ^~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "no command", entry: "{adapter: exec, command: []}",
      report: """
        config/reprise.yaml:11:35: error: 'command' has 0 items; give at least 1
          11 |   robot: {adapter: exec, command: []}
             |                                   ^~
        1 error in 1 file

        """),
    Channel(
      sentence: "a command of a mapping", entry: "{adapter: exec, command: {sh: x}}",
      report: """
        config/reprise.yaml:11:35: error: 'command' must be a list such as [/usr/local/bin/deliver], not a mapping
          11 |   robot: {adapter: exec, command: {sh: x}}
             |                                   ^~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: commands) func `a command is a list that no shell reads`(_ channel: Channel) throws {
    try check(channel)
  }

  @Test func `what a shell would take apart reaches the program as it is`() throws {
    #expect(try Self.report("{adapter: exec, command: [/bin/echo, \"$(x); `id` | sh\"]}") == "")
  }

  static let addresses = [
    Channel(
      sentence: "a password in the address of a provider",
      entry: "{adapter: http, url: \"http://user:hunter2@sms.example/send\", json: {}}",
      report: """
        config/reprise.yaml:11:31: error: 'url' holds a password; put it below 'authentication' as ${credential:NAME}
          11 |   robot: {adapter: http, url: "http://user:<secret>@sms.example/send", json: {}}
             |                               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a password that Liquid gives",
      entry:
        "{adapter: http, url: \"https://user:{{ secret.key }}@sms.example/send\", secrets: {key: \"${env:K}\"}}",
      report: """
        config/reprise.yaml:11:31: error: 'url' holds a password; put it below 'authentication' as ${credential:NAME}
          11 |   robot: {adapter: http, url: "https://user:{{ secret.key }}@sms.example/send", secrets: {key: "${env:K}"}}
             |                               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a user in the address of a provider",
      entry: "{adapter: http, url: \"HTTPS://user@sms.example\"}",
      report: """
        config/reprise.yaml:11:31: error: 'url' holds a user name; put it below 'authentication'
          11 |   robot: {adapter: http, url: "HTTPS://user@sms.example"}
             |                               ^~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a file for a provider", entry: "{adapter: http, url: \"file:///etc/passwd\"}",
      report: """
        config/reprise.yaml:11:31: error: 'url' must begin with https:// or http://
          11 |   robot: {adapter: http, url: "file:///etc/passwd"}
             |                               ^~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "an address without a scheme", entry: "{adapter: http, url: sms.example}",
      report: """
        config/reprise.yaml:11:31: error: 'url' must begin with https:// or http://
          11 |   robot: {adapter: http, url: sms.example}
             |                               ^~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a password in the address of a mail server",
      entry: "{adapter: smtp, url: \"smtp://user:hunter2@smtp.example\", from: hello@tea.example}",
      report: """
        config/reprise.yaml:11:31: error: 'url' holds a password; put it into a key of its own as ${credential:NAME}
          11 |   robot: {adapter: smtp, url: "smtp://user:<secret>@smtp.example", from: hello@tea.example}
             |                               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a password with a user missing", entry: smtp("password: \"${env:K}\""),
      report: """
        config/reprise.yaml:11:10: error: 'robot' has 'password' without 'username'; give both or none
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, password: "${env:K}"}
             |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a user without a password", entry: smtp("username: reprise"),
      report: """
        config/reprise.yaml:11:10: error: 'robot' has 'username' without 'password'; give both or none
          11 |   robot: {adapter: smtp, url: "smtps://smtp.example", from: hello@tea.example, username: reprise}
             |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    Channel(
      sentence: "a token of two lines",
      entry: #"{adapter: http, url: "https://sms.example", authentication: {type: bearer, token: "a\nb"}}"#,
      report: #"""
        config/reprise.yaml:11:92: error: 'token' holds a line end, which no header can carry; save it as one line
          11 |   robot: {adapter: http, url: "https://sms.example", authentication: {type: bearer, token: <secret>}}
             |                                                                                            ^~~~~~~~
        config/reprise.yaml:11:92: warning: 'token' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}
          11 |   robot: {adapter: http, url: "https://sms.example", authentication: {type: bearer, token: <secret>}}
             |                                                                                            ^~~~~~~~
        1 error and 1 warning in 1 file

        """#),
    Channel(
      sentence: "two bodies of one request",
      entry: "{adapter: http, url: \"https://sms.example\", json: {}, form: {To: x}}",
      report: """
        config/reprise.yaml:11:10: error: 'robot' has more than one body; keep one of 'json', 'form' and 'body'
          11 |   robot: {adapter: http, url: "https://sms.example", json: {}, form: {To: x}}
             |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: addresses) func `who signs in stands in keys of its own`(_ channel: Channel) throws {
    try check(channel)
  }

  @Test(arguments: [
    "https://sms.example/send?to={{ message.to | url_encode }}&x=@y:z", "{{ secret.url }}",
    "https://{{ message.channel }}.sms.example:8443/send", "http://127.0.0.1:8080",
  ])
  func `an address that Liquid makes is taken`(url: String) throws {
    #expect(try Self.report("{adapter: http, url: \"\(url)\", secrets: {url: \"${env:K}\"}}") == "")
  }

  private func check(_ channel: Channel) throws {
    #expect(try Self.report(channel.entry) == channel.report)
  }
}
