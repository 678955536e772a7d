package import Domain
internal import Platform

extension ConsentJournal {
  /// One thing that was said.
  package struct Entry: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
      /// In a customer's own words: no marketing, to the customer or to the addresses.
      case withdrawn
      /// In a customer's own words: marketing may go there again.
      case granted
      /// What is recorded of a customer's consent, whoever said it.
      case optedOut = "opted_out"
      case optedIn = "opted_in"
      /// An address gets nothing on a channel, for a reason.
      case suppressed
      /// An operator let an address in again.
      case unsuppressed
      /// A person was forgotten.
      case forgotten
    }

    package var kind: Kind
    package var at: Instant
    /// `nil` for all of them.
    package var channel: ChannelName?
    /// Digests of customers' ids.
    package var customers: [String] = []
    /// Digests of addresses.
    package var addresses: [String] = []
    package var reason: SuppressionReason?

    init(
      _ kind: Kind, at: Instant, channel: ChannelName? = nil, customers: [String] = [],
      addresses: [String] = [],
      reason: SuppressionReason? = nil
    ) {
      self.kind = kind
      self.at = at
      self.channel = channel
      self.customers = customers
      self.addresses = addresses
      self.reason = reason
    }

    /// `nil` for a line that is none of ours.
    init?(_ line: [UInt8]) {
      guard let object = try? JSON.parse(line), let kind = object["kind"]?.stringValue.flatMap(Kind.init),
        let at = object["at"]?.integerValue
      else { return nil }
      func texts(_ name: String) -> [String] {
        object[name]?.arrayValue?.compactMap(\.stringValue) ?? []
      }
      self.init(
        kind, at: Instant(milliseconds: at), channel: object["channel"]?.stringValue.map { ChannelName($0) },
        customers: texts("customers"), addresses: texts("addresses"),
        reason: object["reason"]?.stringValue.flatMap(SuppressionReason.init))
    }

    static func number(of line: [UInt8]) -> Int64? {
      (try? JSON.parse(line))?["n"]?.integerValue
    }

    func json(number: Int64) -> JSON {
      var object: JSONObject = [
        "n": .integer(number), "at": .integer(at.milliseconds), "kind": .string(kind.rawValue),
      ]
      if let channel { object["channel"] = .string(channel.rawValue) }
      if !customers.isEmpty { object["customers"] = .array(customers.map { .string($0) }) }
      if !addresses.isEmpty { object["addresses"] = .array(addresses.map { .string($0) }) }
      if let reason { object["reason"] = .string(reason.rawValue) }
      return .object(object)
    }
  }
}
