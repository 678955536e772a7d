package import Domain

/// Withdraw a customer's consent for a channel, like the link in a message.
package struct UnsubscribeRequest: OperatorRequest {
  package typealias Answer = UnsubscribeAnswer
  package static let name = "unsubscribe"
  package static let effect = RequestEffect.change

  /// The shop's id.
  package var customer: String
  package var channel: ChannelName

  package init(customer: String, channel: ChannelName) {
    self.customer = customer
    self.channel = channel
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    UnsubscribeRequest(
      customer: try field.given("customer", \.customer), channel: try field.given("channel", \.channel))
  }
}

package struct UnsubscribeAnswer: JSONRecord {
  package var customer: String
  package var channel: ChannelName
  /// `false` if the customer had already unsubscribed.
  package var isChanged: Bool

  package init(customer: String, channel: ChannelName, isChanged: Bool) {
    self.customer = customer
    self.channel = channel
    self.isChanged = isChanged
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    UnsubscribeAnswer(
      customer: try field("customer", \.customer), channel: try field("channel", \.channel),
      isChanged: try field("changed", \.isChanged))
  }
}
