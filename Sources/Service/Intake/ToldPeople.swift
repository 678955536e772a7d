internal import Domain
internal import Platform
internal import Store

/// The customers that the rows of a list are about: the one with the row's id, or all with one of its addresses.
struct ToldPeople: Sendable {
  private let rows: [(customer: String?, addresses: [ToldConsent.Address])]
  private let found: [ToldConsent.Address: [String]]

  /// Call with a reading transaction, not on the writing thread: without a book, looking up addresses scans all
  /// customers.
  ///
  /// - Parameter book: called only if there are addresses to look up.
  init(
    _ told: [(customer: String?, addresses: [ToldConsent.Address])], _ tx: Transaction,
    by book: () throws -> AddressBook? = { nil }
  ) throws {
    let ids = Set(told.lazy.compactMap(\.customer).map { ExactText($0) }).map(\.text)
    let unknown = Set(
      zip(ids, try tx.customerKeys(ids: ids)).lazy.filter { $1 == nil }.map { ExactText($0.0) })
    // A customer whose id is unknown may be known by an address.
    rows = told.map { customer, addresses in
      let isUnknown = customer.map { unknown.contains(ExactText($0)) } ?? true
      return (isUnknown && !addresses.isEmpty ? nil : customer, addresses)
    }
    let asked = rows.lazy.filter { $0.customer == nil }.flatMap(\.addresses)
    if asked.isEmpty {
      found = [:]
    } else if let book = try book() {
      found = try tx.customerIDs(at: asked, by: book)
    } else {
      found = try tx.customerIDs(at: asked)
    }
  }

  /// The ids of the customers that a row is about, sorted. An id that the row itself has may be unknown.
  ///
  /// - Parameter kind: addresses of this kind take precedence; others only count if there are none.
  func customers(of row: Int, by kind: AddressKind?) -> [String] {
    let (customer, addresses) = rows[row]
    if let customer { return [customer] }
    let own = addresses.filter { $0.kind == kind }
    return Set((own.isEmpty ? addresses : own).flatMap { found[$0] ?? [] }.map { ExactText($0) })
      .sorted().map(\.text)
  }

  /// The row's addresses of this kind; empty if the row is about a customer by id.
  func ownAddresses(of row: Int, by kind: AddressKind?) -> [ToldConsent.Address] {
    rows[row].customer == nil ? rows[row].addresses.filter { $0.kind == kind } : []
  }
}
