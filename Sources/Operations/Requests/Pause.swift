package import Domain

/// Pause a trigger: it sends nothing until it is resumed.
package struct PauseRequest: OperatorRequest {
  package typealias Answer = PauseAnswer
  package static let name = "pause"
  package static let effect = RequestEffect.steer

  package var trigger: TriggerID

  package init(trigger: TriggerID) { self.trigger = trigger }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    PauseRequest(trigger: try field.given("trigger", \.trigger))
  }
}

/// Resume a paused trigger.
package struct ResumeRequest: OperatorRequest {
  package typealias Answer = PauseAnswer
  package static let name = "resume"
  package static let effect = RequestEffect.steer

  package var trigger: TriggerID

  package init(trigger: TriggerID) { self.trigger = trigger }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ResumeRequest(trigger: try field.given("trigger", \.trigger))
  }
}

/// The state of the trigger after the request.
package struct PauseAnswer: JSONRecord {
  package var trigger: TriggerID
  package var isPaused: Bool

  package init(trigger: TriggerID, isPaused: Bool) {
    self.trigger = trigger
    self.isPaused = isPaused
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    PauseAnswer(trigger: try field("trigger", \.trigger), isPaused: try field("paused", \.isPaused))
  }
}
