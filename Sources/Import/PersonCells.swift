internal import Domain
internal import Platform
internal import Store

/// Reads whom a row of consents or sent messages is about: the shop's id, addresses, or both.
struct PersonCells {
  private let cells: CellReader
  private let customer: Int
  private let address: Int
  private let email: Int
  private let phone: Int

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    customer = mapping.place(of: .customerID)
    address = mapping.place(of: .address)
    email = mapping.place(of: .email)
    phone = mapping.place(of: .phone)
  }

  /// Throws if there is neither an id nor an address, or if there is no id and an address is invalid.
  ///
  /// - Returns: with an id, no addresses if one of them is invalid.
  func read(
    _ row: borrowing CSVReader
  ) throws(ImportRowError) -> (customer: String?, addresses: [ToldConsent.Address]) {
    if !row.isEmpty(customer) {
      return (try cells.identifier(customer, row), (try? addresses(row)) ?? [])
    }
    let found = try addresses(row)
    if found.isEmpty {
      throw cells.error(.missing, [customer, address, email, phone].first { $0 >= 0 }, row)
    }
    return (nil, found)
  }

  private func addresses(_ row: borrowing CSVReader) throws(ImportRowError) -> [ToldConsent.Address] {
    var found: [ToldConsent.Address] = []
    for (column, kind) in [(address, nil), (email, AddressKind.email), (phone, .phone)] {
      guard let text = cells.raw(column, row) else { continue }
      switch kind ?? CellReader.addressKind(of: text) {
      case .phone: if let number = try cells.heldPhone(column, row) { found.append(.init(.phone, number)) }
      default: if let mail = try cells.email(column, row) { found.append(.init(.email, mail)) }
      }
    }
    return found
  }
}
