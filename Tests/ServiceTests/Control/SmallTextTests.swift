import Platform
import Service
import Testing

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
    #expect(
      TestMessageText.text([
        "channel": "email", "to": "a@b.example", "outcome": "accepted", "code": "250", "reference": "X1",
      ])
        == "email to a@b.example: the provider took it (250)\nthe provider's reference: X1\n")
    #expect(
      TestMessageText.text([
        "channel": "email", "to": "a@b.example", "outcome": "configuration_fault", "code": "535",
        "detail": "no such user",
      ])
        == "email to a@b.example: the provider refuses our settings; check address, user name and password (535: no such user)\n"
    )
  }

  @Test func `an address that went nowhere was not refused by the provider`() {
    func text(_ code: JSON) -> String {
      TestMessageText.text([
        "channel": "email", "to": "me tea", "outcome": "bad_address", "code": code, "detail": "no '@'",
      ])
    }
    #expect(text(nil) == "email to me tea: not handed over (no '@')\n")
    #expect(
      text("550 5.1.1") == "email to me tea: the provider does not know this address (550 5.1.1: no '@')\n")
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
    func line(_ answer: JSON) -> [Substring] {
      RestoredText.text(answer).split(separator: "\n").suffix(3).dropLast()
    }
    #expect(
      line(["journal_customers": 1, "journal_addresses": 2]).last
        == "Withdrawals, suppressions and forgotten people taken in from the journal: 1 customer, 2 addresses."
    )
    #expect(
      line(["journal_addresses": 1, "journal_set_aside": "/var/x.other-1"]) == [
        "Withdrawals, suppressions and forgotten people taken in from the journal: 0 customers, 1 address.",
        "The journal of consent that lay beside the store is /var/x.other-1 now: it belongs to another shop, and what was said there was not taken in; it comes back with that shop's store.",
      ])
  }
}
