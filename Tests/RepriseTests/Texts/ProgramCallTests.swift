import Domain
import Operations
import Testing

@testable import reprise

/// The commands that texts name work as they are printed, for the daemon or store that the text is about.
struct ProgramCallTests {
  private let call = ProgramCall(
    program: ".build/release/reprise", options: ["--config", "config", "--var", "my var"])

  @Test func `a command is called as the program was, with the options that were given`() {
    #expect(call("status") == ".build/release/reprise status --config config --var 'my var'")
    #expect(ProgramCall()("quarantine list") == "reprise quarantine list")
  }

  @Test(arguments: [
    (
      "nothing is set aside as '7'; list what is with: reprise quarantine list",
      "nothing is set aside as '7'; list what is with: .build/release/reprise quarantine list --config config --var 'my var'"
    ),
    (
      "say so with: reprise restored; or, to begin a new shop, move it away",
      "say so with: .build/release/reprise restored --config config --var 'my var'; or, to begin a new shop, move it away"
    ),
    ("another reprise uses it", "another reprise uses it"),
    ("by Tea: reprise yourself", "by Tea: reprise yourself"),
  ])
  func `a text that knows nothing of the command line is completed`(text: String, completed: String) {
    #expect(call.completing(text) == completed)
    #expect(ProgramCall().completing(text) == text)
  }

  @Test func `a command at the end of a text is not broken`() {
    #expect(
      call.words("Paused. To go on: \(call("resume w"))") == [
        "Paused.", "To", "go", "on:", ".build/release/reprise resume w --config config --var 'my var'",
      ])
    #expect(call.words("No command here") == ["No", "command", "here"])
  }

  @Test func `explain and status name commands that find the same daemon`() throws {
    var style = TextStyle.plain
    style.call = call
    let options = " --config config --var 'my var'"
    let time = OffsetTime(text: "2026-03-01T18:00:00Z")
    let explanation = ExplainAnswer(
      customer: "ann", at: time, zone: "UTC",
      triggers: [.init(trigger: "w", isPaused: true, enrollments: [], nothingComes: .init(.noOccasion))])
    let text = ExplanationText.text(explanation, style: style)
    #expect(text.contains("To go on: .build/release/reprise resume w\(options)\n"), "\(text)")
    #expect(text.contains(".build/release/reprise export ann\(options)\n"), "\(text)")
    let message = MessagesAnswer.Message(
      uid: "00", trigger: "w", step: "1", customer: "ann", channel: "email", createdAt: time, attempt: 1,
      code: nil)
    #expect(
      AmbiguousText.text([message], style: style).contains(
        "  .build/release/reprise resolve 00 sent|dead|retry\(options)    ann"))
    let item = QuarantineItem(
      item: 7, kind: "message", id: "12", customer: "ann", about: "w", signal: "SIGILL", crashes: 2,
      since: time)
    #expect(
      QuarantineText.list([item], style: style).contains(
        "To try one again: .build/release/reprise quarantine retry ITEM\(options)\n"))
  }
}
