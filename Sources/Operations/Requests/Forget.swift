/// Erase everything about a customer, and never write to their addresses again.
package struct ForgetRequest: OperatorRequest {
  package typealias Answer = ForgetAnswer
  package static let name = "forget"
  package static let effect = RequestEffect.change

  /// The shop's id.
  package var customer: String

  package init(customer: String) { self.customer = customer }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ForgetRequest(customer: try field.given("customer", \.customer))
  }
}

package struct ForgetAnswer: JSONRecord {
  package var customer: String
  package var isForgotten: Bool

  package init(customer: String, isForgotten: Bool = true) {
    self.customer = customer
    self.isForgotten = isForgotten
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ForgetAnswer(
      customer: try field("customer", \.customer), isForgotten: try field("forgotten", \.isForgotten))
  }
}
