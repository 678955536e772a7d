import Configuration
import Domain
import Platform
import Testing

private struct Step: Equatable {
  var after: Duration
  var channels: [String]
  var template: String
}

private enum Condition: Equatable {
  case lapsed(Duration)
  case cartIdle(Duration)
  case runsOut(cycle: String, lead: Duration?)
}

private struct Rule: Equatable {
  var name: String
  var condition: Condition
  var holdout: Percentage
  var steps: [Step]
}

private let step = Shape<Step>.mapping(
  "step",
  .defaulted(
    "after", .duration(zeroAllowed: true), default: "0s", "Counted from the moment the trigger fires."),
  .required("channel", .oneOrMany(.identifier), "The first channel that can reach the customer."),
  .required("template", .templateName, "The template of the message.")
) { Step(after: $0, channels: $1, template: $2) }

private let cycle = Shape<String>.either(
  [.word("product"), Shape<Duration>.duration(example: "30d").map(\.written)],
  expected: "product or a duration such as 30d")

private let runsOut = Shape<Condition>.mapping(
  "runs_out", .required("cycle", cycle, "How long it lasts."), .optional("lead", .duration(), "How early.")
) { .runsOut(cycle: $0, lead: $1) }

private let condition = Shape<Condition>.choice(
  "trigger",
  [
    (
      "lapsed",
      .mapping("trigger", .required("lapsed", .duration(), "Since the last order."), build: { .lapsed($0) })
    ),
    (
      "cart_idle",
      .mapping(
        "trigger", .required("cart_idle", .duration(), "Since the last change."), build: { .cartIdle($0) })
    ),
    (
      "runs_out",
      .mapping(
        "trigger",
        .required(
          "runs_out",
          runsOut, "Before the customer runs out.")
      ) { $0 }
    ),
  ])

private let rule = Shape<Rule>.mapping(
  "trigger",
  .required("trigger", .identifier, "The name of the trigger."),
  .required("when", condition, "What makes it fire."),
  .defaulted("holdout", .percentage, default: "0%", "The share of customers that get nothing."),
  .required("steps", .list(of: step, minimum: 1), "The messages.")
) { Rule(name: $0, condition: $1, holdout: $2, steps: $3) }

struct MappingTests {
  private func decode(_ text: String) -> (value: Rule?, report: String) {
    let source = SourceText(path: "config/triggers/win-back.yaml", bytes: Array(text.utf8))
    let (value, diagnostics) = rule.decode(source)
    return (value, DiagnosticReport(diagnostics, sources: [source]).rendered())
  }

  private func headlines(_ text: String) -> [String] {
    decode(text).report.split(separator: "\n").filter { $0.hasPrefix("config/") }
      .map { String($0.dropFirst("config/triggers/win-back.yaml:".utf8.count)) }
  }

  @Test func `a file becomes a value`() {
    let (value, report) = decode(
      """
      trigger: win_back
      when: {lapsed: 90d}
      holdout: 10%
      steps:
        - {channel: email, template: winback/miss-you}
        - {after: 14d, channel: [sms, email], template: winback/last}
      """)
    #expect(report == "")
    #expect(
      value
        == Rule(
          name: "win_back", condition: .lapsed(.seconds(90 * 86_400)), holdout: Percentage(basisPoints: 1000),
          steps: [
            Step(after: .zero, channels: ["email"], template: "winback/miss-you"),
            Step(after: .seconds(14 * 86_400), channels: ["sms", "email"], template: "winback/last"),
          ]))
  }

  @Test func `a misspelt key prints exactly this`() {
    let (value, report) = decode(
      """
      trigger: win_back
      # Customers who have stayed away.
      when:
        lapsd: 90d
      steps: [{channel: email, template: winback/miss-you}]
      """)
    #expect(value == nil)
    #expect(
      report == """
        config/triggers/win-back.yaml:4:3: error: unknown key 'lapsd' in trigger; did you mean 'lapsed'?
          4 |   lapsd: 90d
            |   ^~~~~
        1 error in 1 file

        """)
  }

  @Test func `all errors of a file come in one run`() {
    let found = headlines(
      """
      triger: win_back
      when: {runs_out: {cycle: sometimes, led: 5d}}
      holdout: 10
      steps:
        - {channel: [], template: ../x}
        - {after: soon, chanel: email, template: a}
        - nothing
      extra: &a 1
      extra: 2
      """)
    #expect(
      found == [
        "1:1: error: unknown key 'triger' in trigger; did you mean 'trigger'?",
        "2:26: error: 'cycle' must be product or a duration such as 30d, not 'sometimes'",
        "2:37: error: unknown key 'led' in runs_out; did you mean 'lead'?",
        "3:10: error: 'holdout' must be a share such as 10%, not '10'; write 10%",
        "5:15: error: 'channel' has 0 items; give at least 1",
        "5:29: error: 'template' must be a template name such as winback/miss-you, not '../x'; leave out the ending, and do not leave the template directory",
        "6:13: error: 'after' must be a duration such as 90s, 1h30m or 3d, not 'soon'",
        "6:19: error: unknown key 'chanel' in step; did you mean 'channel'?",
        "7:5: error: item 3 of 'steps' must be a mapping such as {channel: win_back, template: winback/miss-you}, not 'nothing'",
        "8:1: error: unknown key 'extra' in trigger; the keys are trigger, when, holdout, steps",
        "8:8: error: anchors such as '&a' are not used here; remove it",
        "9:1: error: key 'extra' stands here twice; the first is on line 8; remove one",
      ])
  }

  @Test(arguments: [
    (
      "",
      [
        "error: the file is empty; it holds trigger: {trigger: win_back, when: {lapsed: 3d}, steps: [{channel: win_back, template: winback/miss-you}]}"
      ]
    ),
    (
      "win_back",
      [
        "1:1: error: the file must be a mapping such as {trigger: win_back, when: {lapsed: 3d}, steps: [{channel: win_back, template: winback/miss-you}]}, not 'win_back'"
      ]
    ),
    (
      "trigger: a\nwhen: {lapsed: 3d}\n",
      [
        "1:1: error: missing key 'steps' in trigger; for example 'steps: [{channel: win_back, template: winback/miss-you}]'"
      ]
    ),
    (
      "trigger: a\nwhen: {lapsed: 3d, cart_idle: 1h}\nsteps: [{channel: a, template: b}]\n",
      ["2:20: error: 'lapsed' and 'cart_idle' cannot stand together in trigger; keep one"]
    ),
    (
      "trigger: a\nwhen: {}\nsteps: [{channel: a, template: b}]\n",
      ["2:7: error: trigger needs one of 'lapsed', 'cart_idle' or 'runs_out'; for example {lapsed: 3d}"]
    ),
    (
      "trigger: a\nwhen: *x\nsteps: [{channel: a, template: b}]\n",
      ["2:7: error: aliases such as '*x' are not used here; repeat the text"]
    ),
    (
      "trigger: a\nwhen: {lapsed: 3d}\nsteps: {channel: a}\n",
      [
        "3:8: error: 'steps' must be a list such as [{channel: win_back, template: winback/miss-you}], not a mapping"
      ]
    ),
    (
      "trigger: a\nwhen: {lapsed: 3d}\nsteps:\n",
      [
        "3:7: error: 'steps' is empty; give a list such as [{channel: win_back, template: winback/miss-you}], or remove the line"
      ]
    ),
  ])
  func `errors of form`(text: String, expected: [String]) {
    let found = decode(text).report.split(separator: "\n").filter { $0.contains("error: ") }
      .map { String($0.dropFirst("config/triggers/win-back.yaml:".utf8.count)) }
      .map { $0.hasPrefix(" ") ? String($0.dropFirst()) : $0 }
    #expect(found == expected)
  }

  private static let channel = Shape<String>.variant(
    "channel", on: "adapter", summary: "The adapter.",
    [
      ("smtp", .mapping("channel", .required("url", .webURL, "The server.")) { "smtp \($0)" }),
      (
        "capture",
        .mapping("channel", .defaulted("directory", .text(), default: "var", "Where.")) { "capture \($0)" }
      ),
    ])

  @Test(arguments: [
    ("{adapter: capture}", "capture var"), ("{adapter: smtp, url: https://a}", "smtp https://a"),
    (
      "{adapter: smpt, url: https://a}", "'adapter' must be smtp or capture, not 'smpt'; did you mean 'smtp'?"
    ),
    ("{adaptor: smtp}", "unknown key 'adaptor' in channel; did you mean 'adapter'?"),
    ("{url: https://a}", "missing key 'adapter' in channel; it is smtp or capture"),
    ("{adapter: capture, url: https://a}", "unknown key 'url' in channel; the keys are directory"),
  ])
  func `a word chooses the form`(text: String, expected: String) {
    #expect(answer(Self.channel, text) == expected)
  }

  @Test func `a table keeps names, order and places`() {
    let table = Shape<[NamedEntry<Int>]>.table(of: Shape<Int>.integer(1...9), name: "channel")
    let shown = table.map { $0.map { "\($0.name.value)@\($0.name.span.start.column)=\($0.value)" } }
    #expect(answer(shown, "{sms: 2, email: 1}") == "[\"sms@7=2\", \"email@15=1\"]")
    #expect(
      answer(shown, "{SMS: 2, email: 10}")
        == "the channel name must be a name such as win_back, not 'SMS'; write 'sms' | 'email' must be a whole number from 1 to 9, not '10'"
    )
  }

  @Test func `a list that should be one says so`() {
    #expect(
      answer(
        Shape<[String]>.list(
          of: .text(example: "/usr/bin/send"),
          hint: { "give the program and each argument of \($0) as an item" }),
        "sh -c $(x)")
        == "'key' must be a list such as [/usr/bin/send], not 'sh -c $(x)'; give the program and each argument of sh -c $(x) as an item"
    )
    #expect(
      answer(Shape<[String]>.list(of: .identifier), "order_completed")
        == "'key' must be a list such as [win_back], not 'order_completed'; write [order_completed]")
  }

  @Test func `the JSON Schema comes from the same definition`() {
    #expect(
      JSONSchema.text(of: step.schema, title: "step") == """
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "title": "step",
          "type": "object",
          "properties": {
            "after": {
              "type": "string",
              "pattern": "^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
              "description": "Counted from the moment the trigger fires. Default: 0s."
            },
            "channel": {
              "anyOf": [
                {
                  "type": "string",
                  "pattern": "^[a-z][a-z0-9_]{0,63}$"
                },
                {
                  "type": "array",
                  "items": {
                    "type": "string",
                    "pattern": "^[a-z][a-z0-9_]{0,63}$"
                  },
                  "minItems": 1
                }
              ],
              "description": "The first channel that can reach the customer."
            },
            "template": {
              "type": "string",
              "pattern": "^[a-z0-9_-]+(/[a-z0-9_-]+)*$",
              "description": "The template of the message."
            }
          },
          "required": ["channel", "template"],
          "additionalProperties": false
        }

        """)
  }
}
