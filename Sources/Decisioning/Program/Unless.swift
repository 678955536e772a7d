package import Domain

/// An event that makes a step pointless when it has happened since the trigger fired.
package struct Unless: Hashable, Sendable, ExpressibleByStringLiteral {
  package var event: EventName
  /// `nil` where the file does not say: an event about another order then does not count for an enrollment that is
  /// about one.
  package var same: Sameness?

  package enum Sameness: String, Sendable, CaseIterable {
    /// Only an event that names an order the enrollment is about.
    case order
    /// Any such event of the customer.
    case customer
  }

  package init(_ event: EventName, same: Sameness? = nil) {
    self.event = event
    self.same = same
  }

  package init(stringLiteral value: String) { self.init(EventName(value)) }

  package static let orderCompleted = Unless(.orderCompleted)
}
