package import Domain
internal import Platform

extension ConsentJournal {
  /// One recorded statement.
  package struct Entry: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
      /// By the customer: no marketing, to the customer or to the addresses.
      case withdrawn
      /// By the customer: marketing is allowed again.
      case granted
      /// A recorded opt-out of a customer, from any source.
      case optedOut = "opted_out"
      case optedIn = "opted_in"
      /// An address was suppressed on a channel, for a reason.
      case suppressed
      /// An operator lifted the suppression of an address.
      case unsuppressed
      /// A person was forgotten.
      case forgotten
    }

    package var kind: Kind
    package var at: Instant
    /// `nil` for all channels.
    package var channel: ChannelName?
    /// Digests of customer ids.
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

    /// Whether it makes the same statement as `other` about more addresses, so that both can be merged.
    func isAddition(to other: Entry) -> Bool {
      !addresses.isEmpty && customers.isEmpty && other.customers.isEmpty && kind == other.kind
        && at == other.at
        && channel == other.channel && reason == other.reason
    }

    /// `nil` for a line in another format.
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
