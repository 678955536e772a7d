internal import Domain

/// The columns of shops' own exports.
extension ColumnMapping {
  /// Those of a preset, with the customers' ids from where `--id-from` or `--map` takes them.
  private static func columns(of preset: ShopPreset, _ options: ImportOptions) -> [ImportField: [String]] {
    var columns = preset.columns(options.kind)
    guard options.kind == .orders, let usual = preset.idSource, usual != options.idSource else {
      return columns
    }
    // Whatever else names the customer, the address and the number are where to reach one.
    switch (usual, options.idSource) {
    case (.email, .phone?):
      columns[.email] = columns[.customerID]
      columns[.customerID] = columns[.phone]
      columns[.phone] = nil
    case (.email, nil): columns[.email] = columns[.customerID]
    case (.phone, nil): columns[.phone] = columns[.customerID]
    default: break
    }
    return columns
  }

  /// Gives columns of a shop's export their meaning, unless the column or the meaning is taken.
  ///
  /// - Returns: columns that are left out because another tells the same time in UTC.
  static func take(
    _ preset: ShopPreset, _ options: ImportOptions, _ headers: [String], _ meanings: inout [Meaning?]
  ) -> [Int] {
    var leftOut: [Int] = []
    for (field, names) in columns(of: preset, options) where !meanings.contains(.field(field)) {
      let found = names.compactMap { name in
        headers.indices.first { key(headers[$0]) == key(name) && meanings[$0] == nil }
      }
      let utc =
        !field.isDate
        ? nil
        : headers.indices.first { column in
          guard meanings[column] == nil, let told = withoutUTC(headers[column]) else { return false }
          return names.contains { key($0) == key(told) }
        }
      if utc != nil {
        leftOut += found
        for column in found { meanings[column] = .ignored }
      }
      if let column = utc ?? found.first { meanings[column] = .field(field) }
    }
    if preset.hasLineItems, options.kind == .orders {
      for column in headers.indices where meanings[column] == nil && LineItem.isColumn(headers[column]) {
        meanings[column] = .lineItems
      }
    }
    return leftOut
  }
}
