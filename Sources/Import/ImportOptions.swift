package import Domain

/// How one file is to be read. Two runs with equal options read a file alike.
package struct ImportOptions: Equatable, Sendable {
  package var kind: ImportKind
  /// Fields given by hand, with the header each is read from.
  package var mappings: [(field: String, header: String)]
  /// Headers of columns that are left out.
  package var ignored: [String] = []
  /// Whether unknown columns are left out instead of becoming a customer's attributes.
  package var ignoresUnknown: Bool
  /// `nil` reads ISO 8601.
  package var dateFormat: DateFormat?
  /// Whether amounts are whole numbers of the currency's minor unit.
  package var usesMinorUnits: Bool
  /// Whether a customer's email address is the id.
  package var takesIDFromEmail: Bool
  /// For telephone numbers without a country code; `nil` takes the shop's.
  package var callingCode: CallingCode?
  /// `nil` finds the separator in the header.
  package var separator: UInt8?
  /// For amounts without a currency; `nil` takes the shop's.
  package var currency: Currency?

  package init(
    kind: ImportKind, mappings: [(field: String, header: String)] = [], ignoresUnknown: Bool = false,
    dateFormat: DateFormat? = nil, usesMinorUnits: Bool = false, takesIDFromEmail: Bool = false,
    callingCode: CallingCode? = nil, separator: UInt8? = nil, currency: Currency? = nil
  ) {
    self.kind = kind
    self.mappings = mappings
    self.ignoresUnknown = ignoresUnknown
    self.dateFormat = dateFormat
    self.usesMinorUnits = usesMinorUnits
    self.takesIDFromEmail = takesIDFromEmail
    self.callingCode = callingCode
    self.separator = separator
    self.currency = currency
  }

  package static func == (a: ImportOptions, b: ImportOptions) -> Bool { a.canonicalText == b.canonicalText }

  /// All options as one text, for the fingerprint. Keep it stable between versions: a change starts imports over.
  var canonicalText: String {
    var parts = ["kind=\(kind.rawValue)"]
    parts += mappings.map { "map=\($0.field)=\($0.header)" }.sorted()
    parts += ignored.map { "ignore=\($0)" }.sorted()
    if ignoresUnknown { parts.append("ignore-unknown") }
    if let dateFormat { parts.append("date-format=\(dateFormat)") }
    if usesMinorUnits { parts.append("minor-units") }
    if takesIDFromEmail { parts.append("id-from=email") }
    if let callingCode { parts.append("calling-code=\(callingCode)") }
    if let separator { parts.append("separator=\(separator)") }
    if let currency { parts.append("currency=\(currency.code)") }
    return parts.joined(separator: "\n")
  }
}

/// What reading a file needs to know of the shop, and of the moment.
package struct ImportContext: Sendable {
  /// For times without an offset.
  package var zone: TimeZoneRules
  package var currency: Currency
  /// For telephone numbers without a country code; `nil` rejects these.
  package var callingCode: CallingCode?
  /// The configured channels, with what each reaches a customer by.
  package var channels: [ChannelName: AddressKind]
  /// Whether a time zone of this name is known.
  package var isTimeZone: @Sendable (String) -> Bool
  /// When the import began: rows count as received then, and fields without a time of their own date from then.
  package var now: Instant

  package init(
    zone: TimeZoneRules, currency: Currency, channels: [ChannelName: AddressKind],
    isTimeZone: @escaping @Sendable (String) -> Bool,
    now: Instant, callingCode: CallingCode? = nil
  ) {
    self.callingCode = callingCode
    self.zone = zone
    self.currency = currency
    self.channels = channels
    self.isTimeZone = isTimeZone
    self.now = now
  }
}
