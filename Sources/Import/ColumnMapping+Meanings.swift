internal import Domain

/// Finding the meaning of a column by its header, the options or a preset.
extension ColumnMapping {
  /// Fields of orders of which a file may have several columns; the first one counts.
  static let firstCounts: [ImportField] = [.email, .phone, .refunded]

  static func required(_ options: ImportOptions) -> [ImportField] {
    if options.kind == .customers, let source = options.idSource { return [source.field] }
    return options.kind.requiredFields
  }

  static func column(
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
  static func meaning(
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
  static func meaning(
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

  static func name(of meaning: Meaning) -> String {
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
