import Domain
import Operations
import Platform
import Testing

@testable import reprise

struct SmallTextTests {
  @Test(arguments: [
    ("Hello", "1 part of GSM-7, room for 155 more letters"),
    (String(repeating: "a", count: 161), "2 parts of GSM-7, room for 145 more letters"),
    ("茶", "1 part of UCS-2 because of '茶', room for 69 more letters"),
  ])
  func `what a text message costs is told in parts`(text: String, cost: String) {
    #expect(SMSPartText.text(text) == cost)
  }

  @Test func `the end of a test message is told in words`() {
    let taken = SendTestAnswer(
      channel: "email", to: "a@b.example", outcome: .accepted, code: "250", reference: "X1")
    #expect(
      TestMessageText.text(taken)
        == "email to a@b.example: the provider took it (250)\nthe provider's reference: X1\n")
    let refused = SendTestAnswer(
      channel: "email", to: "a@b.example", outcome: .configurationFault, code: "535", detail: "no such user")
    #expect(
      TestMessageText.text(refused)
        == "email to a@b.example: the provider refuses our settings; check address, user name and password (535: no such user)\n"
    )
  }

  @Test func `a message that was captured was not sent, and its file is named`() {
    let captured = SendTestAnswer(
      channel: "email", to: "a@b.example", outcome: .accepted, code: "written", reference: "1.eml",
      file: "./var/outbox/1.eml")
    #expect(
      TestMessageText.text(captured)
        == "email to a@b.example: captured, and sent to nobody; it is the file ./var/outbox/1.eml\n")
    let message = ExplainAnswer.Message(uid: "00", state: .sent, isCaptured: true, code: "written")
    #expect(MessageText.state(message) == "captured: it is a file now, and nobody got it")
  }

  @Test func `an address that went nowhere was not refused by the provider`() {
    func text(_ code: String?) -> String {
      TestMessageText.text(
        SendTestAnswer(channel: "email", to: "me tea", outcome: .badAddress, code: code, detail: "no '@'"))
    }
    #expect(text(nil) == "email to me tea: not handed over (no '@')\n")
    #expect(
      text("550 5.1.1") == "email to me tea: the provider does not know this address (550 5.1.1: no '@')\n")
  }

  @Test func `a reload is told in a line, and what waits for a restart in another`() {
    var answer = ReloadAnswer(
      configuration: "/etc/reprise", triggers: 1, templates: 1, channels: 2, restartNeeded: [])
    #expect(
      ReloadText.text(answer, style: .plain)
        == "reloaded /etc/reprise: 1 trigger, 1 template, 2 channels\n")
    answer.restartNeeded = ["http.listen", "http.behind_proxy"]
    answer.warnings = ["/etc/reprise/reprise.yaml:3:4: warning: this is doubtful"]
    #expect(
      ReloadText.text(answer, style: .plain) == """
        reloaded /etc/reprise: 1 trigger, 1 template, 2 channels
        /etc/reprise/reprise.yaml:3:4: warning: this is doubtful
        http.listen, http.behind_proxy: changed in reprise.yaml, in force only after a restart

        """)
  }

  @Test(arguments: [
    (true, ["LANG": "de_DE.UTF-8"], true), (true, [:], true), (true, ["LANG": "C"], false),
    (true, ["LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"], false), (false, ["LANG": "de_DE.UTF-8"], false),
  ])
  func `marks are for terminals that can show them`(
    isTerminal: Bool, variables: [ExactText: String], isUnicode: Bool
  ) {
    let style = TextStyle(Terminal(isTerminal: isTerminal, width: 300), environment: Environment(variables))
    #expect(style.isUnicode == isUnicode)
    #expect(style.width == (isTerminal ? 120 : 100))
    #expect(!style.usesColor)
  }

  @Test func `what a restore took in is counted in words`() {
    func lines(_ customers: Int, _ addresses: Int, journal: String? = nil) -> [Substring] {
      let answer = RestoredAnswer(
        until: OffsetTime(text: "2026-03-01T18:00:00Z"), ambiguous: 0, skipped: 0,
        journalCustomers: customers, journalAddresses: addresses, since: nil)
      return RestoredText.text(Reply(answer, journalSetAside: journal)).split(separator: "\n").suffix(3)
        .dropLast()
    }
    #expect(
      lines(1, 2).last
        == "Withdrawals, suppressions and forgotten people taken in from the journal: 1 customer, 2 addresses."
    )
    #expect(
      lines(0, 1, journal: "/var/x.other-1") == [
        "Withdrawals, suppressions and forgotten people taken in from the journal: 0 customers, 1 address.",
        "The journal of consent that lay beside the store is /var/x.other-1 now: it belongs to another shop, and what was said there was not taken in; it comes back with that shop's store.",
      ])
  }
}
