internal import Domain
internal import Operations
internal import Platform

extension ImportKind {
  /// The header of a file without one: a list of nothing but addresses.
  ///
  /// - Returns: a function that gives the names of the columns when the first record is such a row.
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
  /// The columns of which a file needs one, for rows that say by any of them whom they are about; empty for other kinds.
  var identities: [ImportField] {
    switch self {
    case .suppressions: [.address, .email, .phone]
    case .consents, .sent: [.customerID, .address, .email, .phone]
    case .customers, .orders, .events, .products: []
    }
  }
}

extension StoredList {
  /// The list that is imported as this kind; `nil` where none is.
  init?(kind: ImportKind) { self.init(word: kind.rawValue) }
}
