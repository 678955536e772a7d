/// The store's number for a customer; stable for the life of the database, never shown outside it.
package struct CustomerKey: Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: CustomerKey, b: CustomerKey) -> Bool { a.rawValue < b.rawValue }
}

/// A person the shop may write to.
///
/// Known fields have properties; everything else the shop sends is in `attributes`. Conditions and templates
/// see both under the same names.
package struct Customer: Equatable, Sendable {
  package var key: CustomerKey
  /// The shop's own unique id, as received; of a visitor, see `Visitor`.
  package var id: String
  package var email: String?
  /// E.164, `+8613812345678`.
  package var phone: String?
  package var firstName: String?
  package var lastName: String?
  package var birthday: Birthday?
  /// IANA name; `nil` for the shop's zone.
  package var timeZone: String?
  /// BCP 47 tag; `nil` for the shop's locale.
  package var locale: String?
  /// When the customer became a member; `nil` if unknown.
  package var joinedAt: Instant?
  /// Explicit grants and withdrawals by channel; a channel without an entry has neither.
  package var consent: [ChannelName: ConsentState]
  /// Sorted, without duplicates.
  package var tags: [String]
  package var attributes: Record
  /// The event time of each field's last write, by name; see `apply(_:at:)` and `express(_:for:at:)`.
  package var fieldTimes: [ExactText: Instant]
  /// `nil` for nearly everybody: known under one id only.
  package var names: CustomerNames?

  package init(key: CustomerKey, id: String) {
    self.key = key
    self.id = id
    consent = [:]
    tags = []
    attributes = Record()
    fieldTimes = [:]
  }
}

/// The state of a customer's consent for one channel, if ever expressed.
package enum ConsentState: String, Sendable, CaseIterable {
  case granted
  case withdrawn
}

/// The name of a configured channel, `email`, `sms`, ...: an identifier of the configuration.
package struct ChannelName: Hashable, Comparable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }
  package var description: String { rawValue }
  package static func < (a: ChannelName, b: ChannelName) -> Bool { a.rawValue < b.rawValue }
}

/// The customer field that a channel delivers to.
package enum AddressKind: String, Sendable, CaseIterable {
  case email
  case phone
  /// The shop's customer id: for webhooks, programs and robots that look up the rest themselves.
  case customerID = "customer_id"
}

extension Customer {
  /// The customer's address for channels of this kind; `nil` if the field is absent or empty.
  package func address(_ kind: AddressKind) -> String? {
    let address =
      switch kind {
      case .email: email
      case .phone: phone
      // A visitor's id means nothing to the shop's other systems.
      case .customerID: isVisitor ? nil : id
      }
    return address?.isEmpty == false ? address : nil
  }
}
