/// Export everything stored about a customer.
package struct ExportRequest: PartedRequest {
  /// The customer's data as the store writes it, returned unchanged.
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
