internal import Domain
internal import Operations
internal import Platform

extension ImportKind {
  /// The header of a file that has none because it is a plain list of addresses.
  ///
  /// - Returns: a function that takes the first record and returns the names of the columns; `nil` if the record is a
  ///   header.
  func impliedHeader(_ options: ImportOptions, _ context: ImportContext) -> ([String]) -> [String]? {
    guard self == .suppressions else { return { _ in nil } }
    let country = options.callingCode(in: context)
    return { cells in
      guard cells.count == 1 else { return nil }
      let isAddress =
        (try? EmailSyntax.normalized(cells[0], mapped: DomainName.unicode)) != nil
        || (try? PhoneSyntax.held(cells[0], country: country)) != nil
      return isAddress ? [ImportField.address.rawValue] : nil
    }
  }
}

extension ImportKind {
  /// The fields that can say whom a row is about, of which a file needs at least one; empty if the kind requires a
  /// particular one.
  var identities: [ImportField] {
    switch self {
    case .suppressions: [.address, .email, .phone]
    case .consents, .sent: [.customerID, .address, .email, .phone]
    case .customers, .orders, .events, .products: []
    }
  }
}

extension StoredList {
  /// The exported list that can be imported as this kind; `nil` if there is none.
  init?(kind: ImportKind) { self.init(word: kind.rawValue) }
}
