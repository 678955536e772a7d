internal import Domain
internal import Platform

/// Which customers have which address, from one scan of all customers, for imports with many batches. Takes 16 bytes
/// per address.
package struct AddressBook: Sendable {
  fileprivate struct Entry: Sendable {
    /// Of the folded address; not unique.
    var hash: Int
    var customer: CustomerKey
  }

  /// Sorted by hash.
  fileprivate var entries: [Entry] = []
  /// The highest customer number in it.
  fileprivate var last = CustomerKey(.min)
  /// The number of customers forgotten by then: after another one is forgotten, numbers may be reused.
  fileprivate let forgotten: Int64

  fileprivate func customers(_ address: ToldConsent.Address) -> some Sequence<CustomerKey> {
    let hash = Self.hash(address.text)
    let start = entries.partitionIndex { $0.hash >= hash }
    return entries[start...].lazy.prefix { $0.hash == hash }.map(\.customer)
  }

  fileprivate static func hash(_ address: String) -> Int {
    ExactText(Transaction.folded(address)).hashValue
  }
}

extension Transaction {
  /// Scans all customers, so call it in a reader, not the writer.
  package func addressBook() throws -> AddressBook {
    var book = AddressBook(forgotten: try forgetCount())
    try forEachRow(of: "SELECT key, email, phone FROM customers", [], cursor: "book") { row in
      let customer = row.customer(0)
      book.last = max(book.last, customer)
      for column in 1...2 {
        guard let text = row.optionalString(column) else { continue }
        book.entries.append(.init(hash: AddressBook.hash(text), customer: customer))
      }
    }
    book.entries.sort { ($0.hash, $0.customer) < ($1.hash, $1.customer) }
    return book
  }

  /// Whether the customer numbers in the book are still valid.
  package func isCurrent(_ book: AddressBook) throws -> Bool { try forgetCount() == book.forgotten }

  /// Like `customerIDs(at:)`, without a scan. Does not find a known customer who got the address after the book was
  /// made.
  package func customerIDs(
    at addresses: some Sequence<ToldConsent.Address>, by book: AddressBook
  ) throws -> [ToldConsent.Address: [String]] {
    let all = Set(addresses)
    var wanted = WantedAddresses(all)
    let known = Set(all.flatMap { book.customers($0) })
    let moved = try movedCustomers(known)
    let asked = Set(known.map { moved[$0] ?? $0 }).sorted()
    try connection.queryBatch(
      "SELECT id, email, phone FROM customers WHERE key = ?1", count: asked.count,
      bind: { try $1.bind(asked[$0]) }
    ) { _, row in wanted.look(at: row) }
    try connection.query(
      "SELECT id, email, phone FROM customers WHERE key > ?1", [.integer(book.last.rawValue)]
    ) { wanted.look(at: $0) }
    return wanted.found
  }
}

/// Collects the customers with the addresses looked for.
struct WantedAddresses {
  private let wanted: [ExactText: [ToldConsent.Address]]
  private(set) var found: [ToldConsent.Address: [String]] = [:]

  init(_ addresses: some Sequence<ToldConsent.Address>) {
    wanted = Dictionary(grouping: Set(addresses)) { ExactText(Transaction.folded($0.text)) }
  }

  var isEmpty: Bool { wanted.isEmpty }

  /// - Parameter row: a customer's id, email address and telephone number.
  mutating func look(at row: borrowing Row) {
    for (column, kind) in [(1, AddressKind.email), (2, .phone)] {
      guard let text = row.optionalString(column) else { continue }
      for address in wanted[ExactText(Transaction.folded(text))] ?? [] where address.kind == kind {
        found[address, default: []].append(row.string(0))
      }
    }
  }
}
