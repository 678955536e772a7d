import Operations
import Platform
import Testing

@testable import reprise

/// An answer to `explain` with one of everything.
private let answer = #"""
  {"customer":"ann","at":"2026-03-01T18:00:00+08:00","zone":"Asia/Shanghai","triggers":[
    {"trigger":"birthday","paused":false,"enrollments":[],"nothing_comes":{"because":"no_occasion"}},
    {"trigger":"cart_recovery","paused":true,"enrollments":[
      {"occurrence":"c-4","about":"cart c-4","state":"ended","end_reason":"cancelled",
       "fires_at":"2026-03-01T10:00:00+08:00",
       "decisions":[
         {"step":"1","at":"2026-03-01T11:00:00+08:00","verdict":"send","channel":"email",
          "trace":[{"gate":"trigger_paused","passed":true},
            {"gate":"expired","passed":true,"values":{"due_at":"2026-03-01T11:00:00+08:00"}},
            {"gate":"no_address","passed":true,"channel":"email","values":{"field":"email"}},
            {"gate":"no_consent","passed":true,"channel":"email","values":{"policy":"opt_out","consent":null}}],
          "message":{"uid":"00112233445566778899aabbccddeeff","state":"ambiguous","subject":"Your cart"}},
         {"step":"2","at":"2026-03-01T12:00:00+08:00","verdict":"skip","gate":"frequency_cap",
          "trace":[{"gate":"frequency_cap","passed":false,"values":{"cap":"email/16h","limit":1,"count":1}}]}],
       "next":[],
       "late_orders":[{"order":"o-9","placed_at":"2026-03-01T10:59:30+08:00","known_at":"2026-03-01T11:20:05+08:00",
         "step":"1","message_at":"2026-03-01T11:00:00+08:00"}]}],
     "nothing_comes":{"because":"ended","occurrence":"c-4","end_reason":"cancelled"}},
    {"trigger":"welcome","paused":false,"enrollments":[
      {"occurrence":"o-1","about":"order o-1","state":"active","fires_at":"2026-03-01T17:50:00+08:00",
       "next_due_at":"2026-03-01T18:00:00+08:00",
       "decisions":[{"step":"1","at":"2026-03-01T18:00:00+08:00","verdict":"defer","gate":"quiet_hours",
         "until":"2026-03-02T09:00:00+08:00","trace":[]},
         {"step":"0","at":"2026-03-01T18:00:00+08:00","verdict":"send","channel":"sms","trace":[],
          "message":{"uid":"00","state":"waiting","code":"451","due_at":"2026-03-02T09:00:00+08:00"}}],
       "next":[{"step":"1","at":"2026-03-02T09:00:00+08:00","verdict":"send","channel":"email"},
         {"step":"2","at":"2026-03-04T17:50:00+08:00","verdict":"withhold",
          "held_by":{"gate":"holdout","passed":false,"values":{"bucket":0.0625,"share":0.1}}}],
       "late_orders":[]}]}]}
  """#

struct ExplanationTextTests {
  @Test func `an explanation reads as a proof, in ASCII where it is no terminal`() throws {
    let explanation = try explanation(answer)
    #expect(
      ExplanationText.text(explanation, style: .plain) == """
        Customer ann; it is Sun 2026-03-01 18:00 in Asia/Shanghai, the customer's time zone.

        birthday
          Nothing comes: nothing that is known of this customer makes the trigger fire. See what is known:
          reprise export ann

        cart_recovery
          Paused: nothing of it goes out. To go on: reprise resume cart_recovery
          cart c-4: fired Sun 2026-03-01 10:00 (8h ago); ended, because what it was about is gone (ordered, emptied, cancelled or refunded)
            Sun 2026-03-01 11:00  step 1: by email "Your cart", handed over without an answer; when you know more: reprise resolve 00112233445566778899aabbccddeeff sent|dead|retry
              ok trigger_paused, expired (due_at Sun 2026-03-01 11:00), email: no_address (field email),
                 email: no_consent (policy opt_out, consent none)
            Sun 2026-03-01 12:00  step 2: skipped by frequency_cap
              NO frequency_cap (cap email/16h, limit 1, count 1)
              Note: order o-9 was placed Sun 2026-03-01 10:59:30, before step 1 was decided at Sun
              2026-03-01 11:00:00, but became known only Sun 2026-03-01 11:20:05. Known in time, it would
              have stopped that message.
          Nothing more comes: it was ended (cancelled). The next occasion starts it anew.

        welcome
          order o-1: fired Sun 2026-03-01 17:50 (10m ago); active
            Sun 2026-03-01 18:00  step 1: put off by quiet_hours until Mon 2026-03-02 09:00
            Sun 2026-03-01 18:00  step 0: by sms, waiting in the outbox until Mon 2026-03-02 09:00 (451)
            Mon 2026-03-02 09:00  step 1: goes out by email if nothing changes (in 15h)
            Wed 2026-03-04 17:50  step 2: will be withheld by holdout (bucket 0.0625, share 0.1) (in 2d 23h)

        """)
  }

  @Test func `what is decided and not sent yet is not called done, and what waits is said to wait now`()
    throws
  {
    let explanation = try explanation(
      #"""
      {"customer":"ann","at":"2026-03-01T18:00:00Z","zone":"UTC","triggers":[
        {"trigger":"w","paused":false,"enrollments":[
          {"occurrence":"o-1","about":"order 1","state":"completed","fires_at":"2026-03-01T17:00:00Z","next":[],"late_orders":[],"decisions":[
            {"step":"1","at":"2026-03-01T17:30:00Z","verdict":"send","channel":"email","trace":[],
             "message":{"uid":"00","state":"queued"}}]}],
         "nothing_comes":{"because":"completed","occurrence":"1"}},
        {"trigger":"x","paused":false,"enrollments":[
          {"occurrence":"o-1","about":"order 1","state":"active","fires_at":"2026-03-01T17:00:00Z","late_orders":[],"decisions":[],"next":[
            {"step":"1","at":"2026-03-01T18:00:00Z","verdict":"defer","held_by":{"gate":"no_address","passed":false}},
            {"step":"2","at":"2026-03-01T19:00:00Z","verdict":"defer","held_by":{"gate":"trigger_paused","passed":false}}]}]}]}
      """#)
    #expect(
      ExplanationText.text(explanation, style: TextStyle(usesColor: false, isUnicode: true, width: 80)) == """
        Customer ann; it is Sun 2026-03-01 18:00 in UTC, the customer's time zone.

        w
          order 1: fired Sun 2026-03-01 17:00 (1h ago); all steps decided, not all sent yet
            Sun 2026-03-01 17:30  step 1: by email, in the outbox
          All its steps are decided; what is in the outbox still goes out. If it stays
          there, see whether its channel rests: reprise status

        x
          order 1: fired Sun 2026-03-01 17:00 (1h ago); active
            Sun 2026-03-01 18:00  step 1: waits now, held by no_address
            Sun 2026-03-01 19:00  step 2: will wait, held by trigger_paused (in 1h)

        """)
  }

  @Test func `why a template failed is told in a sentence`() throws {
    let answer = try explanation(
      #"""
      {"customer":"ann","at":"2026-03-01T18:00:00Z","zone":"UTC","triggers":[{"trigger":"w","paused":false,"enrollments":[
        {"occurrence":"o-1","about":"order 1","state":"active","fires_at":"2026-03-01T17:00:00Z","late_orders":[],"next":[],"decisions":[
          {"step":"1","at":"2026-03-01T18:00:00Z","verdict":"skip","gate":"template_failed","trace":[
            {"gate":"template_failed","passed":false,"values":{"template":"hi","problem":"missing_variable","variable":"order.id","at":"hi.html:3:4"}}]},
          {"step":"2","at":"2026-03-01T18:00:00Z","verdict":"skip","gate":"template_failed","trace":[
            {"gate":"template_failed","passed":false,"values":{"template":"hi","problem":"no_text"}}]}]}]}]}
      """#)
    let lines = ExplanationText.text(answer, style: .plain).split(separator: "\n").filter {
      $0.contains("NO ")
    }
    #expect(
      lines == [
        "      NO template_failed: template 'hi': hi.html:3:4: 'order.id' has no value; give one with '| default: ...' or test it with 'if'",
        "      NO template_failed: template 'hi': it has no text, which this channel needs; make its .sms.liquid or .txt.liquid",
      ])
  }

  @Test func `a terminal gets marks, and colours where it wants them`() throws {
    let answer = try explanation(
      #"""
      {"customer":"陈敏","at":"2026-03-01T18:00:00Z","zone":"UTC","triggers":[{"trigger":"w","paused":false,"enrollments":[
        {"occurrence":"o-1","about":"order 1","state":"completed","fires_at":"2026-03-01T17:00:00Z","next":[],"late_orders":[],"decisions":[
          {"step":"1","at":"2026-03-01T18:00:00Z","verdict":"withhold","gate":"holdout","trace":[
            {"gate":"expired","passed":true},{"gate":"audience","passed":true},{"gate":"holdout","passed":false}]}]}],
        "nothing_comes":{"because":"completed","occurrence":"1"}}]}
      """#)
    #expect(
      ExplanationText.text(answer, style: TextStyle(usesColor: false, isUnicode: true, width: 80)) == """
        Customer 陈敏; it is Sun 2026-03-01 18:00 in UTC, the customer's time zone.

        w
          order 1: fired Sun 2026-03-01 17:00 (1h ago); all steps done
            Sun 2026-03-01 18:00  step 1: withheld by holdout
              ✓ expired · audience
              ✗ holdout
          Nothing more comes: all its steps are done. The next occasion starts it anew.

        """)
    let coloured = ExplanationText.text(
      answer, style: TextStyle(usesColor: true, isUnicode: true, width: 80))
    #expect(coloured.contains("\n      \(Paint.painted("✗", "31")) holdout\n"))
  }

  @Test(arguments: [
    (
      #"{"because":"no_occasion","lacks":"order"}"#,
      "Nothing comes: no order of this customer stands. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"event"}"#,
      "Nothing comes: no such event of this customer is known. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"match"}"#,
      "Nothing comes: what is known of this customer does not meet the trigger's 'where'. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"match","refused":{"occasion":"event quiz, message id m2","at":"2026-03-01T09:00:00Z","condition":"event.score > 5","values":{"event.score":3,"event.level":null}}}"#,
      "Nothing comes: event quiz, message id m2 of Sun 2026-03-01 09:00 does not meet the trigger's 'where' (event.score > 5): event.score is 3, event.level is missing. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"match","refused":{"occasion":"order A-1","at":"2026-03-01T09:00:00Z","condition":"event.score > 5","values":{"event.score":"high"},"problem":"cannot compare text with a number"}}"#,
      "Nothing comes: the trigger's 'where' (event.score > 5) cannot be evaluated for order A-1 of Sun 2026-03-01 09:00, which counts as not met: cannot compare text with a number; event.score is \"high\". See what is known: reprise export a"
    ),
    (
      #"{"because":"expired","fired_at":"2026-02-01T09:00:00Z","refused":{"occasion":"order A-1","at":"2026-03-01T09:00:00Z","condition":"event.score > 5","values":{"event.score":"high"},"problem":"cannot compare text with a number"}}"#,
      "Nothing comes: it fired Sun 2026-02-01 09:00, and by now even its last step is too late. A longer 'expires_after' in its file would have let it go out. Since then: the trigger's 'where' (event.score > 5) cannot be evaluated for order A-1 of Sun 2026-03-01 09:00, which counts as not met: cannot compare text with a number; event.score is \"high\"."
    ),
    (
      #"{"because":"no_occasion","lacks":"cart"}"#,
      "Nothing comes: nothing is in a cart of this customer. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"cycle"}"#,
      "Nothing comes: it is not known how long what this customer bought lasts; cycle_days of a product tells it (reprise import products). See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"birthday"}"#,
      "Nothing comes: no birthday of this customer is known. See what is known: reprise export a"
    ),
    (
      #"{"because":"no_occasion","lacks":"joined_at"}"#,
      "Nothing comes: it is not known when this customer joined. See what is known: reprise export a"
    ),
    (
      #"{"because":"qualified_earlier","fired_at":"2026-01-01T09:00:00Z","enabled_at":"2026-02-01T09:00:00Z"}"#,
      "Nothing comes: it would have fired Thu 2026-01-01 09:00, before the trigger was first enabled Sun 2026-02-01 09:00. With 'existing: include' in its file it also reaches those who qualified before."
    ),
    (
      #"{"because":"reentry","enrolled_at":"2026-02-28T09:00:00Z","until":"2026-03-02T09:00:00Z"}"#,
      "Nothing comes yet: the last time was Sat 2026-02-28 09:00, and its 'reentry' lets the next one begin from Mon 2026-03-02 09:00 on."
    ),
    (
      #"{"because":"expired","fired_at":"2026-02-01T09:00:00Z"}"#,
      "Nothing comes: it fired Sun 2026-02-01 09:00, and by now even its last step is too late. A longer 'expires_after' in its file would have let it go out."
    ),
    (
      #"{"because":"unplanned","fires_at":"2026-02-28T09:00:00Z"}"#,
      "Nothing is planned yet: it fires Sat 2026-02-28 09:00, and the daemon plans what was imported or changed in the background. If none runs: reprise run"
    ),
  ])
  func `each reason why nothing comes is a sentence with the way out`(
    absence: String, sentence: String
  ) throws {
    let answer = try explanation(
      #"{"customer":"a","at":"2026-03-01T18:00:00Z","zone":"UTC","triggers":[{"trigger":"t","paused":false,"enrollments":[],"nothing_comes":\#(absence)}]}"#
    )
    let wide = TextStyle(usesColor: false, isUnicode: false, width: 1000)
    #expect(
      ExplanationText.text(answer, style: wide)
        == "Customer a; it is Sun 2026-03-01 18:00 in UTC, the customer's time zone.\n\nt\n  \(sentence)\n")
  }

  @Test(arguments: [
    (#""code":"250 2.0.0""#, "accepted by the provider (250 2.0.0)"),
    (
      #""assumed":true,"code":"timeout""#,
      "taken as sent, though the provider's answer never came (timeout)"
    ),
  ])
  func `what was only taken as sent is told apart from what a provider accepted`(
    fields: String, words: String
  ) throws {
    let message = try ExplainAnswer.Message(
      json: try JSON.parse(#"{"uid":"u","state":"sent",\#(fields)}"#))
    #expect(MessageText.state(message) == words)
  }

  @Test func `a doubted clock and what is set aside come first`() throws {
    var answer = ExplainAnswer(
      customer: "a", at: OffsetTime(text: "2026-03-01T18:00:00Z"), zone: "UTC", triggers: [])
    answer.clock = ClockDoubt(offBySeconds: -7200, doubtedForSeconds: 600)
    answer.quarantine = [
      QuarantineItem(
        item: 1, kind: "message", id: "7", customer: "a", about: "welcome, order o-1", signal: "SIGILL",
        crashes: 2, since: nil)
    ]
    answer.leftOutDecisions = 12
    answer.leftOutMessages = 1
    answer.names = (0..<12).map { "anonymous:v\($0)" }
    #expect(
      ExplanationText.text(answer, style: TextStyle(usesColor: false, isUnicode: false, width: 1000)) == """
        Customer a; it is Sun 2026-03-01 18:00 in UTC, the customer's time zone.
        Note: also known as anonymous:v0, anonymous:v1, anonymous:v2, anonymous:v3, anonymous:v4, anonymous:v5, anonymous:v6, anonymous:v7, anonymous:v8, anonymous:v9 and 2 more.
        Note: the machine's clock is 2h behind the time known here: nothing is decided or sent until it is set right, or for another 10m.
        Note: message 7 (welcome, order o-1) ended the program twice and is set aside. See: reprise quarantine list
        Note: the 12 oldest decisions are left out, for want of room. See all: reprise export a
        Note: the oldest message is left out, for want of room. See all: reprise export a

        """)
  }
}

private func explanation(_ text: String) throws -> ExplainAnswer {
  try ExplainAnswer(json: try JSON.parse(text))
}
