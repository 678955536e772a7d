package import Domain
package import Platform

/// How one file is to be read. Two runs with equal options read a file alike.
package struct ImportOptions: Equatable, Sendable {
  package var kind: ImportKind
  /// Fields given by hand, with the header each is read from.
  package var mappings: [(field: String, header: String)]
  /// Headers of columns that are left out.
  package var ignored: [String] = []
  /// Whether unknown columns are left out instead of becoming a customer's attributes.
  package var ignoresUnknown: Bool
  /// Whether sent messages of triggers that the shop does not have count for none.
  package var ignoresUnknownTriggers = false
  /// How the dates of a field are written; without a field, those of all others.
  package var dateForms: [(field: ImportField?, form: DateForm)] = []
  /// The decimal mark in the amounts of a field; without a field, in those of all others.
  package var decimalMarks: [(field: ImportField?, mark: DecimalMark)] = []
  /// Whether amounts are whole numbers of the currency's minor unit.
  package var usesMinorUnits: Bool
  /// What is the customer's id instead of a column of its own.
  package var idSource: IDSource?
  /// What words in a field's cells mean.
  package var words: [(field: ImportField, written: String, word: String)] = []
  /// `nil` recognises it.
  package var encoding: TextEncoding?
  /// Whose export the file is.
  package var preset: ShopPreset?

  package enum IDSource: String, Sendable, CaseIterable {
    case email
    case phone
  }

  /// For telephone numbers without a country code; `nil` takes the shop's.
  package var callingCode: CallingCode?
  /// `nil` finds the separator in the header.
  package var separator: UInt8?
  /// For amounts without a currency; `nil` takes the shop's.
  package var currency: Currency?

  package init(
    kind: ImportKind, mappings: [(field: String, header: String)] = [], ignoresUnknown: Bool = false,
    usesMinorUnits: Bool = false, idSource: IDSource? = nil, callingCode: CallingCode? = nil,
    separator: UInt8? = nil, currency: Currency? = nil
  ) {
    self.kind = kind
    self.mappings = mappings
    self.ignoresUnknown = ignoresUnknown
    self.usesMinorUnits = usesMinorUnits
    self.idSource = idSource
    self.callingCode = callingCode
    self.separator = separator
    self.currency = currency
  }

  /// Takes a shop's export: its columns, and what names a customer in it, unless that was given by hand.
  package mutating func take(_ preset: ShopPreset) {
    self.preset = preset
    let key = ColumnMapping.key
    let isMapped = mappings.contains { ["id", "customerid"].contains(key($0.field)) }
    if idSource == nil, !isMapped, kind == .customers || kind == .orders { idSource = preset.idSource }
  }

  /// The word that stands for what is written in a cell of `field`.
  func word(for written: String, in field: ImportField) -> String {
    if words.isEmpty { return written }
    func key(_ text: String) -> String { Words.key(text, limit: 1000) }
    let wanted = key(written)
    return words.last { $0.field == field && key($0.written) == wanted }?.word ?? written
  }

  /// The word that stands for an empty cell of `field`; `nil` if none was given.
  func wordForEmpty(in field: ImportField) -> String? {
    words.last { $0.field == field && $0.written.showsNothing }?.word
  }

  /// For phone numbers without a country code; `nil` rejects these.
  func callingCode(in context: ImportContext) -> CallingCode? { callingCode ?? context.callingCode }

  /// For amounts without a currency.
  func currency(in context: ImportContext) -> Currency { currency ?? context.currency }

  /// The form that was given for the dates of a field, or for those of all.
  func dateForm(of field: ImportField?) -> DateForm? {
    dateForms.last { $0.field == field && field != nil }?.form ?? dateForms.last { $0.field == nil }?.form
  }

  /// The decimal mark that was given for the amounts of a field, or for those of all.
  func decimalMark(of field: ImportField?) -> DecimalMark? {
    decimalMarks.last { $0.field == field }?.mark ?? decimalMarks.last { $0.field == nil }?.mark
  }

  package static func == (a: ImportOptions, b: ImportOptions) -> Bool { a.canonicalText == b.canonicalText }

  /// Stands for how a file is read with these options in this shop.
  package func digest(_ context: ImportContext) -> String {
    Hex.text(Digest.sha256.hash(Array(readingText(context).utf8)))
  }

  /// All that how a file is read depends on, beside the file.
  func readingText(_ context: ImportContext) -> String {
    "\(canonicalText)\nzone=\(context.zone.name)\ncurrency=\(context.currency.code)"
  }

  /// All options as one text, for the fingerprint. Keep it stable between versions: a change starts imports over.
  var canonicalText: String {
    var parts = ["kind=\(kind.rawValue)"]
    parts += mappings.map { "map=\($0.field)=\($0.header)" }.sorted()
    parts += ignored.map { "ignore=\($0)" }.sorted()
    if ignoresUnknown { parts.append("ignore-unknown") }
    if ignoresUnknownTriggers { parts.append("ignore-unknown-triggers") }
    parts += dateForms.map { "date-form=\($0.field?.rawValue ?? "")=\($0.form.canonicalText)" }.sorted()
    parts += decimalMarks.map { "decimal=\($0.field?.rawValue ?? "")=\($0.mark.rawValue)" }.sorted()
    if usesMinorUnits { parts.append("minor-units") }
    if let idSource { parts.append("id-from=\(idSource.rawValue)") }
    parts += words.map { "value=\($0.field.rawValue):\($0.written)=\($0.word)" }.sorted()
    if let encoding { parts.append("encoding=\(encoding.rawValue)") }
    if let preset { parts.append("preset=\(preset.rawValue)") }
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
  /// Of the file, for evidence that does not say where it comes from.
  package var fileName = ""
  /// The steps of each trigger of the shop.
  package var triggers: [TriggerID: [StepID]] = [:]
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
