package import Domain

/// List the uids of messages that were sent without getting an answer. A `nil` filter matches all.
package struct AmbiguousRequest: OperatorRequest {
  package typealias Answer = AmbiguousAnswer
  package static let name = "ambiguous"
  package static let effect = RequestEffect.look

  package var channel: ChannelName?
  package var trigger: TriggerID?
  /// Only those sent since this time: an age such as `2h`, or a time in ISO 8601.
  package var since: String?

  package init(channel: ChannelName? = nil, trigger: TriggerID? = nil, since: String? = nil) {
    self.channel = channel
    self.trigger = trigger
    self.since = since
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    AmbiguousRequest(
      channel: try field.optional("channel", \.channel), trigger: try field.optional("trigger", \.trigger),
      since: try field.optional("since", \.since))
  }
}

package struct AmbiguousAnswer: JSONRecord {
  /// Their uids, oldest first.
  package var messages: [String]

  package init(messages: [String]) { self.messages = messages }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    AmbiguousAnswer(messages: try field("messages", \.messages))
  }
}

/// Settle one ambiguous message.
package struct ResolveRequest: OperatorRequest {
  package typealias Answer = ResolveAnswer
  package static let name = "resolve"
  package static let effect = RequestEffect.change

  /// Its uid.
  package var message: String
  package var resolution: Resolution

  package init(message: String, as resolution: Resolution) {
    self.message = message
    self.resolution = resolution
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ResolveRequest(message: try field.given("message", \.message), as: try field("as", \.resolution))
  }
}

package struct ResolveAnswer: JSONRecord {
  package var message: String
  package var resolution: Resolution

  package init(message: String, as resolution: Resolution) {
    self.message = message
    self.resolution = resolution
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ResolveAnswer(message: try field("message", \.message), as: try field("as", \.resolution))
  }
}

/// Settle several ambiguous messages the same way. Messages that are no longer ambiguous are skipped.
package struct ResolveManyRequest: OperatorRequest {
  package typealias Answer = ResolveManyAnswer
  package static let name = "resolve-many"
  package static let effect = RequestEffect.change

  /// Their uids.
  package var messages: [String]
  package var resolution: Resolution

  package init(messages: [String], as resolution: Resolution) {
    self.messages = messages
    self.resolution = resolution
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ResolveManyRequest(messages: try field("messages", \.messages), as: try field("as", \.resolution))
  }
}

package struct ResolveManyAnswer: JSONRecord {
  /// How many were settled.
  package var resolved: Int
  package var resolution: Resolution

  package init(resolved: Int, as resolution: Resolution) {
    self.resolved = resolved
    self.resolution = resolution
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ResolveManyAnswer(resolved: try field("resolved", \.resolved), as: try field("as", \.resolution))
  }
}
