import Decisioning
import Domain
import Operations
import Testing

/// The form of answers that programs read: what is null, what is left out, in which order members stand.
struct AnswerFormTests {
  @Test func `counts of a queue are those of the states in which a message is not at its end`() {
    #expect(
      QueueCounts([.queued: 3, .sent: 9]).json.text()
        == #"{"waiting":0,"queued":3,"leased":0,"handoff":0,"ambiguous":0,"quarantined":0}"#)
  }

  @Test func `what a status may lack is null, and what only a daemon knows is left out`() {
    let status = StatusAnswer(
      store: "x", customers: 1, enrollments: 2, nextDueAt: nil, oldestLeaseAt: nil, queues: ByName(),
      unplanned: 3, clock: nil, quarantined: ByName(), triggers: [])
    #expect(
      status.json.text()
        == #"{"store":"x","customers":1,"enrollments":2,"next_due_at":null,"oldest_lease_at":null,"queues":{},"unplanned":3,"clock":null,"quarantined":{},"triggers":[]}"#
    )
  }

  @Test(
    arguments: [
      (.init(.noOccasion), #"{"because":"no_occasion","lacks":null}"#),
      (.init(.noOccasion, lacks: .joinedAt), #"{"because":"no_occasion","lacks":"joined_at"}"#),
      (
        .init(.ended, occurrence: "c-4", endReason: .cancelled),
        #"{"because":"ended","occurrence":"c-4","end_reason":"cancelled"}"#
      ),
    ] as [(ExplainAnswer.Absence, String)])
  func `an absence has the members of its cause`(absence: ExplainAnswer.Absence, text: String) {
    #expect(absence.json.text() == text)
  }

  @Test(
    arguments: [
      (#"{"customer":"a"}"#, "channel is missing"), ("[]", "the value is not an object"),
      (#"{"customer":1,"channel":"c","changed":true}"#, "customer is not a text"),
      (#"{"customer":"a","channel":"c","changed":"yes"}"#, "changed is not true or false"),
    ])
  func `an answer that is none is told with the place`(text: String, problem: String) throws {
    let json = try JSON.parse(text)
    let error = #expect(throws: JSONMismatch.self) { try UnsubscribeAnswer(json: json) }
    #expect(error?.description == problem)
  }

  @Test func `a word of another version is named with those that are known`() throws {
    let json = try JSON.parse(
      #"{"customer":"a","at":"t","zone":"UTC","triggers":[{"trigger":"t","paused":false,"enrollments":[],"nothing_comes":{"because":"solar_flare"}}]}"#
    )
    let error = #expect(throws: JSONMismatch.self) { try ExplainAnswer(json: json) }
    #expect(
      error?.description
        == "triggers.0.nothing_comes.because is 'solar_flare', not one of no_occasion, qualified_earlier, reentry, expired, unplanned, completed, ended"
    )
  }

  @Test func `an empty text in a request counts as missing`() throws {
    #expect(throws: OperationError.missing("trigger")) {
      try PauseRequest(message: ["command": "pause", "trigger": ""])
    }
  }
}
