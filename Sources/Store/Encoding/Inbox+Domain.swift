internal import Domain
internal import Platform

extension Inbox {
  /// Addresses as the store compares them.
  static func key(_ address: String) -> String { key(address, asciiDomain: DomainName.ascii) }

  /// As earlier versions compared addresses.
  static func former(_ address: String) -> String {
    // Takes more than linear time on long hostile texts; no address is long.
    address.utf8.count <= 1000 ? address.lowercased() : address
  }
}
