/// The addresses in an order; for guests, nothing else has them.
package struct OrderContact: Equatable, Sendable {
  /// Normalized, like a customer's fields.
  package var email: String?
  package var phone: String?

  package init(email: String? = nil, phone: String? = nil) {
    self.email = email
    self.phone = phone
  }

  package var isEmpty: Bool { email == nil && phone == nil }

  /// As fields of the customer; `nil` if there are none.
  package var traits: CustomerTraits? {
    if isEmpty { return nil }
    var traits = CustomerTraits()
    if let email { traits.email = .some(email) }
    if let phone { traits.phone = .some(phone) }
    return traits
  }
}
