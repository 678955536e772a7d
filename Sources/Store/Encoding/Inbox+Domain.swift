internal import Domain
internal import Platform

extension Inbox {
  /// The form in which the store compares addresses.
  static func key(_ address: String) -> String { key(address, asciiDomain: DomainName.ascii) }

  /// The form in which earlier versions compared addresses.
  static func former(_ address: String) -> String {
    // Skipped for long hostile texts, where it takes more than linear time; no real address is that long.
    address.utf8.count <= 1000 ? address.lowercased() : address
  }
}
