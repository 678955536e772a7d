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
  /// Paths of captured messages that were removed.
  package var removed: [String]
  /// Paths of files that mention the person, or may do so, and are left for people to look through.
  package var left: [String]

  package init(
    customer: String, isForgotten: Bool = true, removed: [String] = [], left: [String] = []
  ) {
    self.customer = customer
    self.isForgotten = isForgotten
    self.removed = removed
    self.left = left
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ForgetAnswer(
      customer: try field("customer", \.customer), isForgotten: try field("forgotten", \.isForgotten),
      removed: try field("removed_files", \.removed), left: try field("files_left", \.left))
  }
}
