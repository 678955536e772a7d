package import Domain
internal import Operations
internal import Platform

/// The meaning of each column of a file.
package struct ColumnMapping: Equatable, Sendable {
  package enum Meaning: Equatable, Sendable {
    case field(ImportField)
    /// Consent for these channels; with `isRefusal`, a yes withdraws it.
    case consent([ChannelName], isRefusal: Bool)
    /// A customer's attribute or an event's property of this name.
    case attribute(String)
    /// Whole lines of an order in one cell.
    case lineItems
    case ignored

    /// Unlike other meanings, several columns may have it: a refusal in any of them wins.
    var isConsent: Bool { if case .consent = self { true } else { false } }
    var isRefusal: Bool { if case .consent(_, isRefusal: true) = self { true } else { false } }
  }

  /// The file's header, trimmed.
  package let headers: [String]
  /// One for each column.
  package let meanings: [Meaning]
  /// What to tell the operator: ignored columns, recognized consent, new attributes.
  package let notices: [String]
  /// Whether this program wrote the file, as rejected rows or as an export: it then has a `'` in front of formulas.
  package let isOwnFile: Bool
  private let columns: [ImportField: Int]
  /// The columns about customers' consent.
  let consents: [(column: Int, channels: [ChannelName], isRefusal: Bool)]
  /// The columns of customers' attributes or events' properties.
  let attributes: [(column: Int, name: String)]
  /// The columns of which each cell holds whole order lines.
  let lineItems: [Int]

  /// The column of a field; `nil` if the file has none.
  package func column(of field: ImportField) -> Int? { columns[field] }

  /// The same, but -1 if the file has none: cells of column -1 read as empty.
  func place(of field: ImportField) -> Int { columns[field] ?? -1 }

  package static func == (a: ColumnMapping, b: ColumnMapping) -> Bool {
    a.headers == b.headers && a.meanings == b.meanings
  }

  /// - Parameter header: the fields of the first record.
  package init(
    header: [String], _ options: ImportOptions, channels: [ChannelName: AddressKind]
  )
    throws(ImportMappingError)
  {
    let headers = header.map(Self.trimmed)
    self.headers = headers
    var meanings = [Meaning?](repeating: nil, count: headers.count)
    let isRejectedFile = RejectedFile.hasWritten(headers)
    isOwnFile = isRejectedFile || headers == StoredList(kind: options.kind)?.columns
    if isRejectedFile {
      for column in headers.indices.suffix(RejectedFile.columns.count) { meanings[column] = .ignored }
    }
    for header in headers where header.utf8.count > 200 { throw .headerTooLong(String(header.prefix(40))) }
    for mapping in options.mappings {
      let column = try Self.column(of: mapping, in: headers)
      guard meanings[column] == nil else { throw .mappedTwice(header: headers[column]) }
      let meaning = try Self.meaning(named: mapping.field, options.kind, channels)
      if !meaning.isConsent, let other = meanings.firstIndex(of: meaning) {
        throw .sameMeaning(meaning: mapping.field, headers: [headers[other], headers[column]])
      }
      meanings[column] = meaning
    }
    for header in options.ignored {
      let column = try Self.column(of: ("--ignore", header), in: headers)
      guard meanings[column] == nil else { throw .mappedTwice(header: headers[column]) }
      meanings[column] = .ignored
    }
    if let preset = options.preset { Self.take(preset, options, headers, &meanings) }
    // With `--id-from`, the email address or phone number replaces the shop's own id.
    let isIDElsewhere = options.kind == .customers && options.idSource != nil
    let passed = Self.choose(options.kind, headers, &meanings)
    for column in headers.indices where isIDElsewhere && meanings[column] == .field(.id) {
      meanings[column] = nil
    }
    let given = meanings.compactMap { $0 }.filter { $0 != .ignored } + (isIDElsewhere ? [.field(.id)] : [])
    var leftOut = passed.map { "'\(headers[$0])'" }
    var newAttributes: [String] = []
    var notices: [String] = []
    var unclear: [ConsentProposal] = []
    for column in headers.indices where meanings[column] == nil {
      guard var meaning = try Self.meaning(ofHeader: headers[column], options, channels, &unclear) else {
        continue
      }
      // An explicit mapping takes precedence over recognized headers, except that refusals always count.
      if meaning != .ignored, given.contains(meaning), !meaning.isRefusal { meaning = .ignored }
      switch meaning {
      case .consent(let channels, let isRefusal):
        let names = channels.map(\.rawValue).joined(separator: ", ")
        notices.append(
          "'\(headers[column])' is read as \(isRefusal ? "the refusal of" : "consent for") \(names)")
      case .attribute where options.kind == .customers: newAttributes.append("'\(headers[column])'")
      default: break
      }
      if meaning == .ignored {
        leftOut.append(
          headers[column].isEmpty ? "column \(column + 1) without a name" : "'\(headers[column])'")
      } else if !meaning.isConsent, meaning != .lineItems, let other = meanings.firstIndex(of: meaning) {
        throw .sameMeaning(meaning: Self.name(of: meaning), headers: [headers[other], headers[column]])
      }
      meanings[column] = meaning
    }
    guard unclear.isEmpty else {
      throw .unclearConsent(unclear, options.kind, channels: channels.keys.sorted())
    }
    var columns: [ImportField: Int] = [:]
    var consents: [(column: Int, channels: [ChannelName], isRefusal: Bool)] = []
    var attributes: [(column: Int, name: String)] = []
    var lineItems: [Int] = []
    for (column, meaning) in meanings.enumerated() {
      switch meaning {
      case .field(let field)?: columns[field] = column
      case .consent(let channels, let isRefusal)?: consents.append((column, channels, isRefusal))
      case .attribute(let name)?: attributes.append((column, name))
      case .lineItems?: lineItems.append(column)
      case .ignored?, nil: break
      }
    }
    if options.kind == .customers, let source = options.idSource { columns[.id] = columns[source.field] }
    var missing = Self.required(options).filter { columns[$0] == nil }
    if !options.kind.identities.isEmpty, options.kind.identities.allSatisfy({ columns[$0] == nil }) {
      missing.append(options.kind.identities[0])
    }
    if options.kind == .consents, columns[.state] == nil,
      options.wordForEmpty(in: .state) == nil
    {
      missing.append(.state)
    }
    if let field = missing.first {
      if let preset = options.preset, let expected = preset.columns(options.kind)[field] {
        throw .presetMisses(preset, field, options.kind, expected: expected, headers: headers)
      }
      throw .missing(field, options.kind, headers: headers)
    }
    self.meanings = meanings.map { $0 ?? .ignored }
    self.columns = columns
    self.consents = consents
    self.attributes = attributes
    self.lineItems = lineItems
    if !newAttributes.isEmpty { notices.append("attributes: " + newAttributes.joined(separator: ", ")) }
    if !leftOut.isEmpty { notices.append("not imported: " + leftOut.joined(separator: ", ")) }
    self.notices = notices
  }

  private static func required(_ options: ImportOptions) -> [ImportField] {
    if options.kind == .customers, let source = options.idSource { return [source.field] }
    return options.kind.requiredFields
  }

  /// The preset's columns, with phone numbers as customer ids if `--id-from` asks for them.
  private static func columns(of preset: ShopPreset, _ options: ImportOptions) -> [ImportField: [String]] {
    var columns = preset.columns(options.kind)
    guard options.kind == .orders, preset.idSource == .email else { return columns }
    if options.idSource == .phone { columns[.customerID] = columns[.phone] }
    if options.idSource != .email { columns[.phone] = nil }
    return columns
  }

  /// Applies a preset to the columns that have no meaning yet, for meanings that no column has.
  private static func take(
    _ preset: ShopPreset, _ options: ImportOptions, _ headers: [String], _ meanings: inout [Meaning?]
  ) {
    for (field, names) in columns(of: preset, options) where !meanings.contains(.field(field)) {
      let found = names.compactMap { name in
        headers.indices.first { key(headers[$0]) == key(name) && meanings[$0] == nil }
      }
      if let column = found.first { meanings[column] = .field(field) }
    }
    if preset.hasLineItems, options.kind == .orders {
      for column in headers.indices where meanings[column] == nil && LineItem.isColumn(headers[column]) {
        meanings[column] = .lineItems
      }
    }
  }

  private static func column(
    of mapping: (field: String, header: String), in headers: [String]
  ) throws(ImportMappingError) -> Int {
    let exact = headers.indices.filter { headers[$0] == trimmed(mapping.header) }
    let found = exact.isEmpty ? headers.indices.filter { key(headers[$0]) == key(mapping.header) } : exact
    guard let column = found.first else {
      throw .noSuchHeader(mapping.header, field: mapping.field, headers: headers)
    }
    guard found.count == 1 else { throw .duplicateHeader(headers[column]) }
    return column
  }

  /// The meaning of a name on the left of `--map NAME=Header`.
  private static func meaning(
    named name: String, _ kind: ImportKind, _ channels: [ChannelName: AddressKind]
  ) throws(ImportMappingError) -> Meaning {
    if let field = kind.fields.first(where: { key($0.rawValue) == key(name) }) { return .field(field) }
    // Without a channel, it counts for all of them.
    if kind == .customers, ["consent", "refused"].contains(key(name)) {
      return .consent(channels.keys.sorted(), isRefusal: key(name) == "refused")
    }
    if kind == .customers, let channel = suffix(of: name, after: "consent") {
      return .consent([try self.channel(channel, channels)], isRefusal: false)
    }
    if kind == .customers, let channel = suffix(of: name, after: "refused") {
      return .consent([try self.channel(channel, channels)], isRefusal: true)
    }
    if kind == .customers, let attribute = suffix(of: name, after: "attributes") {
      return .attribute(attribute)
    }
    if kind == .events, let property = suffix(of: name, after: "properties") { return .attribute(property) }
    throw .unknownField(name, kind)
  }

  /// - Parameter unclear: collects headers that look like consent but do not say what they mean; the result is then
  ///   `nil`.
  private static func meaning(
    ofHeader header: String, _ options: ImportOptions, _ channels: [ChannelName: AddressKind],
    _ unclear: inout [ConsentProposal]
  ) throws(ImportMappingError) -> Meaning? {
    let key = key(header)
    guard !key.isEmpty else { return .ignored }
    let kind = options.kind
    // The column that `--id-from` makes the customer's id.
    if kind == .orders, let source = options.idSource {
      if ([source.rawValue] + ImportKind.customers.spellings(of: source.field) + source.spellings).contains(
        where: {
          self.key($0) == key
        })
      {
        return .field(.customerID)
      }
      if self.key(ImportField.customerID.rawValue) == key
        || kind.spellings(of: .customerID).contains(where: { self.key($0) == key })
      {
        return .ignored
      }
    }
    // Identifies a customer without an email address.
    if kind == .orders, options.idSource == .email, key == ImportField.phone.rawValue {
      return .field(.phone)
    }
    for field in kind.fields where isSpelled(header, field, kind) { return .field(field) }
    switch kind {
    case .customers:
      if let channel = suffix(of: header, after: "consent") {
        return .consent([try self.channel(channel, channels)], isRefusal: false)
      }
      if let attribute = suffix(of: header, after: "attributes") { return .attribute(attribute) }
      switch ConsentColumn(header: header, channels: channels) {
      case .known(let channels, let isRefusal)?: return .consent(channels, isRefusal: isRefusal)
      case .withoutChannel?: return .ignored
      case .unclear(let kind, let isRefusal)?:
        unclear.append(ConsentProposal(header: header, kind, isRefusal: isRefusal, channels: channels))
        return nil
      case nil: break
      }
      return options.ignoresUnknown ? .ignored : .attribute(header)
    case .events: return .attribute(suffix(of: header, after: "properties") ?? header)
    case .orders:
      if ConsentColumn(header: header, channels: channels) != nil {
        unclear.append(ConsentProposal(header: header, nil, isRefusal: false, channels: channels))
        return nil
      }
      return .ignored
    case .products, .suppressions, .consents, .sent: return .ignored
    }
  }

  private static func channel(
    _ name: String, _ channels: [ChannelName: AddressKind]
  ) throws(ImportMappingError) -> ChannelName {
    guard channels[ChannelName(name)] != nil else {
      throw .unknownChannel(name, known: channels.keys.map(\.rawValue).sorted())
    }
    return ChannelName(name)
  }

  /// `email` for `consent.email`, `consent_email` and `Consent email`.
  private static func suffix(of name: String, after prefix: String) -> String? {
    let bytes = Array(name.utf8)
    guard bytes.count > prefix.utf8.count + 1,
      zip(bytes, prefix.utf8).allSatisfy({ $0 | 0x20 == $1 }),
      [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " ")].contains(bytes[prefix.utf8.count])
    else { return nil }
    // For attributes only the point separates: `attributes_count` is a name of its own.
    if prefix != "consent", bytes[prefix.utf8.count] != UInt8(ascii: ".") { return nil }
    return String(decoding: bytes[(prefix.utf8.count + 1)...], as: UTF8.self)
  }

  private static func name(of meaning: Meaning) -> String {
    switch meaning {
    case .field(let field): field.rawValue
    case .consent(let channels, let isRefusal):
      "\(isRefusal ? "refused" : "consent").\(channels.first?.rawValue ?? "")"
    case .attribute(let name): name
    case .lineItems: "lines of the order"
    case .ignored: "nothing"
    }
  }
}
