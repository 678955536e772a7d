package import Domain

/// List the messages of the outbox in one state, oldest first, at most a thousand.
package struct MessagesRequest: OperatorRequest {
  package typealias Answer = MessagesAnswer
  package static let name = "messages"
  package static let effect = RequestEffect.look

  package var state: MessageState

  package init(state: MessageState) { self.state = state }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    MessagesRequest(state: try field.given("state", \.state))
  }
}

package struct MessagesAnswer: JSONRecord {
  package var messages: [Message]

  package init(messages: [Message]) { self.messages = messages }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    MessagesAnswer(messages: try field("messages", \.messages))
  }
}

extension MessagesAnswer {
  package struct Message: JSONRecord {
    package var uid: String
    package var trigger: TriggerID
    package var step: StepID
    /// The shop's id; `nil` if the customer was forgotten.
    package var customer: String?
    package var channel: ChannelName
    package var createdAt: OffsetTime
    /// Attempts so far.
    package var attempt: Int
    /// The provider's code for the last attempt, such as `451 4.3.0`.
    package var code: String?

    package init(
      uid: String, trigger: TriggerID, step: StepID, customer: String?, channel: ChannelName,
      createdAt: OffsetTime, attempt: Int, code: String?
    ) {
      self.uid = uid
      self.trigger = trigger
      self.step = step
      self.customer = customer
      self.channel = channel
      self.createdAt = createdAt
      self.attempt = attempt
      self.code = code
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Message(
        uid: try field("uid", \.uid), trigger: try field("trigger", \.trigger),
        step: try field("step", \.step), customer: try field.nullable("customer", \.customer),
        channel: try field("channel", \.channel), createdAt: try field("created_at", \.createdAt),
        attempt: try field("attempt", \.attempt), code: try field.nullable("code", \.code))
    }
  }
}
