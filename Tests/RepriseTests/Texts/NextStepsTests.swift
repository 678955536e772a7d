import Service
import Testing

@testable import reprise

struct NextStepsTests {
  @Test func `the next steps of the example are commands that work as they stand`() {
    let steps = NextSteps(
      program: ".build/release/reprise", options: ["--var", "./my var"], address: "127.0.0.1:8750",
      writeKey: .known("demo"),
      configuration: "config", customer: "ann", template: "welcome/thanks", trigger: "welcome",
      triggerFile: "config/triggers/welcome.yaml", currency: "CNY", capture: "./my var/outbox", pid: 4711)
    #expect(
      steps.text(.plain) == """

        Reprise runs. Try next, from a second terminal:
          the messages, as files
            ls './my var/outbox'
          an order comes in, and what follows from it
            curl -u demo: -H 'Content-Type: application/json' http://127.0.0.1:8750/v1/batch -d '{"batch":[{"type":"identify","userId":"zoe","traits":{"email":"zoe@shop.example","firstName":"Zoe"}},{"type":"track","userId":"zoe","event":"Order Completed","properties":{"order_id":"zoe-1","total":128,"currency":"CNY","products":[{"sku":"longjing-100","quantity":1,"price":128}]}}]}'
            .build/release/reprise explain zoe --var './my var'
          why somebody gets a message or none
            .build/release/reprise explain ann welcome --var './my var'
          a template with a customer's data
            .build/release/reprise preview welcome/thanks --customer ann --var './my var'
          a change takes effect: edit the file, look, reload (or kill -HUP 4711)
            ${EDITOR:-vi} config/triggers/welcome.yaml
            .build/release/reprise check --files-only --config config
            .build/release/reprise reload --var './my var'
          how things stand
            .build/release/reprise status --var './my var'
          Ctrl-C ends it in order.


        """)
  }

  @Test func `what is not there is not shown, and a secret key is not either`() {
    let steps = NextSteps(
      program: "reprise", options: [], address: "[::1]:80", writeKey: .settings,
      configuration: "/etc/reprise",
      customer: nil,
      template: nil, trigger: nil, triggerFile: nil, currency: "EUR", capture: nil, pid: 1)
    let text = steps.text(.plain)
    #expect(
      text.contains(
        "  an order comes in, and what follows from it; WRITE_KEY is one of write_keys in reprise.yaml\n"))
    #expect(text.contains(#"curl -u "$WRITE_KEY:" -H"#))
    #expect(text.contains("\n    reprise explain CUSTOMER\n"))
    #expect(!text.contains("preview"))
    #expect(!text.contains("ls "))
  }

  @Test(arguments: [
    (
      WriteKeyPlace?.some(.file("my config/credentials/write_key")),
      #"curl -u "$(cat 'my config/credentials/write_key'):" -H"#
    ),
    (.variable("SHOP_KEY"), #"curl -u "$SHOP_KEY:" -H"#),
    (nil, "  events are answered 401: none of write_keys in reprise.yaml is known here\n"),
  ])
  func `the call is signed in with a key that is accepted`(place: WriteKeyPlace?, expected: String) {
    let steps = NextSteps(
      program: "reprise", options: [], address: "[::1]:80", writeKey: place, configuration: "/etc/reprise",
      customer: nil, template: nil, trigger: nil, triggerFile: nil, currency: "EUR", capture: nil, pid: 1)
    let text = steps.text(.plain)
    #expect(text.contains(expected), "\(text)")
    #expect(text.contains("curl") == (place != nil))
  }

  @Test(arguments: [
    ("plain-1.2/x:y=z@+%,_", "plain-1.2/x:y=z@+%,_"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
    ("$(rm)", "'$(rm)'"), ("é", "'é'"),
  ])
  func `a word is quoted for the shell only when it must be`(word: String, quoted: String) {
    #expect(NextSteps.quoted(word) == quoted)
  }
}
