package import Domain
package import Platform

/// How to read a file.
package struct ImportOptions: Equatable, Sendable {
  package var kind: ImportKind
  /// Explicit mappings of fields to headers.
  package var mappings: [(field: String, header: String)]
  /// The headers of columns to ignore.
  package var ignored: [String] = []
  /// Whether to ignore unknown columns instead of importing them as attributes.
  package var ignoresUnknown: Bool
  /// Whether sent messages of unknown triggers count as messages of no trigger, instead of being rejected.
  package var ignoresUnknownTriggers = false
  /// The form of the dates in a field; without a field, in all others.
  package var dateForms: [(field: ImportField?, form: DateForm)] = []
  /// The decimal mark of the amounts in a field; without a field, in all others.
  package var decimalMarks: [(field: ImportField?, mark: DecimalMark)] = []
  /// Whether amounts are in the currency's minor unit, such as cents.
  package var usesMinorUnits: Bool
  /// What to use as the customer's id; `nil` for a column of its own.
  package var idSource: IDSource?
  /// Translations of words in a field's cells.
  package var words: [(field: ImportField, written: String, word: String)] = []
  /// `nil` detects it.
  package var encoding: TextEncoding?
  /// The shop system that exported the file.
  package var preset: ShopPreset?

  package enum IDSource: String, Sendable, CaseIterable {
    case email
    case phone
  }

  /// For phone numbers without a country code; `nil` for the shop's.
  package var callingCode: CallingCode?
  /// `nil` detects it from the header.
  package var separator: UInt8?
  /// For amounts without a currency; `nil` for the shop's.
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

  /// Sets the preset, and what it uses as the customer's id unless the options already say so.
  package mutating func take(_ preset: ShopPreset) {
    self.preset = preset
    let key = ColumnMapping.key
    let isMapped = mappings.contains { ["id", "customerid"].contains(key($0.field)) }
    if idSource == nil, !isMapped, kind == .customers || kind == .orders { idSource = preset.idSource }
  }

  /// Translates the text of a cell of `field`; returns it unchanged if there is no translation.
  func word(for written: String, in field: ImportField) -> String {
    if words.isEmpty { return written }
    func key(_ text: String) -> String { Words.key(text, limit: 1000) }
    let wanted = key(written)
    return words.last { $0.field == field && key($0.written) == wanted }?.word ?? written
  }

  /// The translation of an empty cell of `field`; `nil` if there is none.
  func wordForEmpty(in field: ImportField) -> String? {
    words.last { $0.field == field && $0.written.showsNothing }?.word
  }

  /// For phone numbers without a country code; `nil` rejects these.
  func callingCode(in context: ImportContext) -> CallingCode? { callingCode ?? context.callingCode }

  /// For amounts without a currency.
  func currency(in context: ImportContext) -> Currency { currency ?? context.currency }

  /// The form given for the dates of a field, else the one given for all.
  func dateForm(of field: ImportField?) -> DateForm? {
    dateForms.last { $0.field == field && field != nil }?.form ?? dateForms.last { $0.field == nil }?.form
  }

  /// The decimal mark given for the amounts of a field, else the one given for all.
  func decimalMark(of field: ImportField?) -> DecimalMark? {
    decimalMarks.last { $0.field == field }?.mark ?? decimalMarks.last { $0.field == nil }?.mark
  }

  package static func == (a: ImportOptions, b: ImportOptions) -> Bool { a.canonicalText == b.canonicalText }

  /// Identifies how files are read with these options in this shop.
  package func digest(_ context: ImportContext) -> String {
    Hex.text(Digest.sha256.hash(Array(readingText(context).utf8)))
  }

  /// Everything that the reading of a file depends on, besides its content.
  func readingText(_ context: ImportContext) -> String {
    "\(canonicalText)\nzone=\(context.zone.name)\ncurrency=\(context.currency.code)"
  }

  /// All options as a text, for the fingerprint. Keep it stable between versions: known files would be imported again.
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

/// What reading a file needs to know about the shop.
package struct ImportContext: Sendable {
  /// For times without an offset.
  package var zone: TimeZoneRules
  package var currency: Currency
  /// For phone numbers without a country code; `nil` rejects these.
  package var callingCode: CallingCode?
  /// The configured channels, each with the kind of address it uses.
  package var channels: [ChannelName: AddressKind]
  /// Whether there is a time zone of this name.
  package var isTimeZone: @Sendable (String) -> Bool
  /// The file's name: the `source` of rows that do not have one.
  package var fileName = ""
  /// The shop's triggers with their steps.
  package var triggers: [TriggerID: [StepID]] = [:]
  /// When the import began: the time of receipt of all rows, and the time of fields that do not have one.
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
