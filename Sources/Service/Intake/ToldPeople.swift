internal import Domain
internal import Platform
internal import Store

/// Whom the rows of a list are about: customers by their ids, or by an address for all who have it.
struct ToldPeople: Sendable {
  private let rows: [(customer: String?, addresses: [ToldConsent.Address])]
  private let found: [ToldConsent.Address: [String]]

  /// To be made beside the writer: it looks through all customers if addresses are to be looked up.
  init(_ told: [(customer: String?, addresses: [ToldConsent.Address])], _ tx: Transaction) throws {
    let ids = Set(told.lazy.compactMap(\.customer).map { ExactText($0) }).map(\.text)
    let unknown = Set(
      zip(ids, try tx.customerKeys(ids: ids)).lazy.filter { $1 == nil }.map { ExactText($0.0) })
    // A customer whose id is unknown may be known by an address.
    rows = told.map { customer, addresses in
      let isUnknown = customer.map { unknown.contains(ExactText($0)) } ?? true
      return (isUnknown && !addresses.isEmpty ? nil : customer, addresses)
    }
    found = try tx.customerIDs(at: rows.lazy.filter { $0.customer == nil }.flatMap(\.addresses))
  }

  /// The ids of those that a row is about, in order; ids that a row names itself may be unknown.
  ///
  /// - Parameter kind: which of an address and a telephone number says whom it is about; `nil` for either.
  func customers(of row: Int, by kind: AddressKind?) -> [String] {
    let (customer, addresses) = rows[row]
    if let customer { return [customer] }
    let own = addresses.filter { $0.kind == kind }
    return Set((own.isEmpty ? addresses : own).flatMap { found[$0] ?? [] }.map { ExactText($0) })
      .sorted().map(\.text)
  }

  /// The addresses of a row that names nobody known on a channel that reaches such an address.
  func ownAddresses(of row: Int, by kind: AddressKind?) -> [ToldConsent.Address] {
    rows[row].customer == nil ? rows[row].addresses.filter { $0.kind == kind } : []
  }
}
