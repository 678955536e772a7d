package import Domain

/// An event that makes a step pointless if it has happened since the trigger fired.
package struct Unless: Hashable, Sendable, ExpressibleByStringLiteral {
  package var event: EventName
  /// `nil` if not given: then an event about another order does not count for an enrollment about one.
  package var same: Sameness?

  package enum Sameness: String, Sendable, CaseIterable {
    /// Only an event about an order of the enrollment.
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
