package import Domain

/// A row of a list of messages that another system sent.
package struct ToldSent: Equatable, Sendable {
  /// The shop's id of the recipient; `nil` if only the addresses are known.
  package var customer: String?
  package var addresses: [ToldConsent.Address]
  package var message: SentElsewhere

  package init(customer: String?, addresses: [ToldConsent.Address] = [], message: SentElsewhere) {
    self.customer = customer
    self.addresses = addresses
    self.message = message
  }
}

/// A message of another system, ready to be stored.
package struct NewSentElsewhere: Sendable {
  package var customer: CustomerKey
  /// All ids of the customer, the main one first.
  package var customerIDs: [String]
  package var purpose: Purpose
  package var message: SentElsewhere
  /// The enrollment that it belongs to, with its occurrence and step; `nil` if it belongs to none.
  package var place: Place?

  package struct Place: Sendable {
    package var enrollment: Int64
    /// Empty if it is unknown what the message was about.
    package var occurrence: String
    package var step: StepID

    package init(enrollment: Int64, occurrence: String, step: StepID) {
      self.enrollment = enrollment
      self.occurrence = occurrence
      self.step = step
    }
  }

  package init(
    customer: CustomerKey, customerIDs: [String], purpose: Purpose, message: SentElsewhere,
    place: Place? = nil
  ) {
    self.customer = customer
    self.customerIDs = customerIDs
    self.purpose = purpose
    self.message = message
    self.place = place
  }
}
