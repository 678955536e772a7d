import Configuration
import Decisioning
import Domain
import Testing

struct ReachTests {
  private func headlines(_ lines: String..., quiet: String? = nil) -> [String] {
    let shop = ShopDirectory()
    shop.write("triggers/win-back.yaml", (["trigger: win_back"] + lines).joined(separator: "\n") + "\n")
    if let quiet {
      shop.change("reprise.yaml", "channels:", to: "limits: {quiet_hours: \(quiet)}\nchannels:")
    }
    return shop.headlines()
  }

  @Test func `a holdout of everybody is refused`() {
    #expect(
      headlines(
        "when: {lapsed: 90d}", "holdout: 100%", "steps: [{channel: email, template: winback/miss-you}]") == [
          "config/triggers/win-back.yaml:3:10: error: a holdout of 100% leaves nobody to send to; 10% is usual"
        ])
  }

  @Test func `steps have names of their own, stand in the order of time and differ`() {
    #expect(
      headlines(
        "when: {lapsed: 90d}", "steps:",
        "  - {id: a, after: 2d, channel: email, template: winback/miss-you}",
        "  - {id: a, after: 1d, channel: email, template: winback/miss-you}",
        "  - {after: 2d, channel: [email], template: winback/miss-you}",
        "  - {id: '3', after: 3d, channel: email, template: winback/miss-you}") == [
          "config/triggers/win-back.yaml:5:10: error: two steps are named 'a'; give one of them another name",
          "config/triggers/win-back.yaml:5:20: error: step 2 comes before the step above it, which goes 2d after the trigger; put the steps in the order of their times",
          "config/triggers/win-back.yaml:6:45: error: step 3 sends what step 1 sends, at the same time; remove one of them",
          "config/triggers/win-back.yaml:7:10: error: 'id' must be a name such as win_back, not '3'; use small letters, digits and '_', beginning with a letter",
        ])
  }

  @Test func `steps of one time are told apart by channel or unless`() {
    #expect(
      headlines(
        "when: {lapsed: 90d}", "steps:",
        "  - {channel: email, template: winback/miss-you}",
        "  - {channel: email, template: winback/miss-you, unless: [order_completed]}") == [])
  }

  @Test(arguments: [
    ("22:30", "0s", "10h", false), ("22:30", "0s", "11h", true), ("09:00", "0s", "1h", true),
    ("08:59", "0s", "1m", true), ("12:00", "10h", "10h", false), ("20:59", "0s", "1h", true),
  ])
  func `an anniversary in the quiet hours must live to their end`(
    at: String, after: String, expiry: String, fine: Bool
  ) {
    let found = headlines(
      "when: {anniversary: birthday, at: \"\(at)\"}",
      "steps: [{after: \(after), expires_after: \(expiry), channel: email, template: winback/miss-you}]",
      quiet: "{from: \"21:00\", to: \"09:00\"}")
    let due = at == "12:00" ? "22:00" : at
    let wait = at == "12:00" ? "11h" : "10h30m"
    #expect(
      found.map { String($0.drop { $0 != " " }) }
        == (fine
          ? []
          : [
            " error: step 1 can never be sent: it is due at \(due), in the quiet hours, and expires before they end at 09:00; let it expire after more than \(wait), or send it at another time"
          ]))
  }

  @Test func `spread is for those who had lapsed before`() {
    let step = "steps: [{channel: email, template: winback/miss-you}]"
    #expect(headlines("when: {lapsed: 90d}", "existing: include", "spread: 0s", step) == [])
    #expect(
      headlines("when: {lapsed: 90d}", "spread: 2d", step) == [
        "config/triggers/win-back.yaml:3:9: error: nobody is there to be spread: those who had lapsed before are left alone; add existing: include, or remove it"
      ])
    #expect(
      headlines("when: {event: quiz_finished}", "existing: include", "spread: 2d", step) == [
        "config/triggers/win-back.yaml:4:9: error: 'spread' is for lapsed alone: of other triggers each firing keeps its own time; remove it"
      ])
  }

  @Test func `quiet hours must leave a moment`() {
    #expect(
      headlines(
        "when: {lapsed: 90d}", "steps: [{channel: email, template: winback/miss-you}]",
        quiet: "{from: \"09:00\", to: \"09:00\"}") == [
          "config/reprise.yaml:11:23: error: 'quiet_hours' from 09:00 to 09:00 leaves no moment to send in; leave an opening, such as {from: \"21:00\", to: \"09:00\"}"
        ])
  }
}
