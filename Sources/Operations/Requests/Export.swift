/// Everything that is stored about a customer.
package struct ExportRequest: PartedRequest {
  /// The person's data as the store writes it, to be handed over as it is.
  package typealias Answer = JSON
  package static let name = "export"
  package static let effect = RequestEffect.look

  /// The shop's id.
  package var customer: String

  package init(customer: String) { self.customer = customer }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ExportRequest(customer: try field.given("customer", \.customer))
  }
}
