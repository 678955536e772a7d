package import Domain

/// Send nothing more to an address, not even service messages.
package struct SuppressRequest: OperatorRequest {
  package typealias Answer = SuppressAnswer
  package static let name = "suppress"
  package static let effect = RequestEffect.change

  package var channel: ChannelName
  package var address: String

  package init(channel: ChannelName, address: String) {
    self.channel = channel
    self.address = address
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SuppressRequest(
      channel: try field.given("channel", \.channel), address: try field.given("address", \.address))
  }
}

/// Allow messages to an address again; consent is unchanged.
package struct UnsuppressRequest: OperatorRequest {
  package typealias Answer = SuppressAnswer
  package static let name = "unsuppress"
  package static let effect = RequestEffect.change

  package var channel: ChannelName
  package var address: String

  package init(channel: ChannelName, address: String) {
    self.channel = channel
    self.address = address
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    UnsuppressRequest(
      channel: try field.given("channel", \.channel), address: try field.given("address", \.address))
  }
}

package struct SuppressAnswer: JSONRecord {
  package var channel: ChannelName
  /// As it is stored.
  package var address: String
  /// The reason it was suppressed before the request; `nil` if it was not.
  package var before: SuppressionReason?

  package init(channel: ChannelName, address: String, before: SuppressionReason?) {
    self.channel = channel
    self.address = address
    self.before = before
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SuppressAnswer(
      channel: try field("channel", \.channel), address: try field("address", \.address),
      before: try field.nullable("before", \.before))
  }
}
