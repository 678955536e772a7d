package import Domain
internal import Operations

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
    let told = options.mappings.map(\.header) + options.ignored
    if let column = headers.firstIndex(where: { header in
      Self.isData(header) && !told.contains { Self.key($0).hasSameBytes(as: Self.key(header)) }
    }) {
      throw .headerIsData(column: column + 1)
    }
    var meanings = [Meaning?](repeating: nil, count: headers.count)
    let isRejectedFile = RejectedFile.hasWritten(headers)
    isOwnFile = isRejectedFile || headers == StoredList(kind: options.kind)?.columns
    if isRejectedFile {
      for column in headers.indices.suffix(RejectedFile.columns.count) { meanings[column] = .ignored }
    }
    if let column = headers.firstIndex(where: { $0.utf8.count > 200 }) {
      throw .headerTooLong(String(headers[column].prefix(40)), column: column + 1)
    }
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
    var passed = options.preset.map { Self.take($0, options, headers, &meanings) } ?? []
    // With `--id-from`, the email address or phone number replaces the shop's own id.
    let isIDElsewhere = options.kind == .customers && options.idSource != nil
    passed += Self.choose(options.kind, headers, &meanings)
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
      if options.kind == .orders, Self.firstCounts.contains(where: { meaning == .field($0) }),
        meanings.contains(meaning)
      {
        meaning = .ignored
      }
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
    if options.kind == .orders, columns[.sku] == nil, lineItems.isEmpty, columns[.name] != nil {
      notices.append(
        "what was bought is not imported: no column has a sku or a product's id; name one with --map sku=COLUMN"
      )
    }
    if options.kind == .customers, options.idSource == nil, let preset = options.preset,
      let source = preset.idSource, let column = columns[.id]
    {
      notices.append(
        "'\(headers[column])' is the id, as told; orders with --preset \(preset.rawValue), and webhooks, name customers by \(source.rawValue), so theirs would be other people: leave --map id out to name them alike"
      )
    }
    if !newAttributes.isEmpty { notices.append("attributes: " + newAttributes.joined(separator: ", ")) }
    if !leftOut.isEmpty { notices.append("not imported: " + leftOut.joined(separator: ", ")) }
    self.notices = notices
  }
}
