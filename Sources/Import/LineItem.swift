internal import Domain

/// An order line as WooCommerce's exporters write it in one cell: `name:Tea|sku:tea|quantity:2|total:9.00`. The members
/// are unparsed texts.
struct LineItem: Equatable {
  /// The whole line.
  var text: String
  /// The SKU, else the product's id; `nil` if it has neither.
  var sku: String?
  var name: String?
  var quantity: String?
  /// For the whole quantity.
  var total: String?

  /// Whether a column of this name holds order lines: `line_item_1`, or `line_items` with several separated by `;`.
  static func isColumn(_ header: String) -> Bool {
    let key = ColumnMapping.key(header)
    guard key.utf8.starts(with: "lineitem".utf8) else { return false }
    let rest = key.utf8.dropFirst("lineitem".utf8.count)
    return rest.elementsEqual("s".utf8) || !rest.isEmpty && rest.allSatisfy { $0 &- 0x30 < 10 }
  }

  static func all(in cell: String) -> [LineItem] {
    let several = cell.utf8.split(separator: UInt8(ascii: ";")).map { String(Substring($0)) }
    // A name may contain a `;`: what does not begin like a line belongs to the line before.
    var lines: [String] = []
    for part in several {
      if lines.isEmpty || begins(part) { lines.append(part) } else { lines[lines.count - 1] += ";" + part }
    }
    return lines.map { LineItem($0) }
  }

  private static func begins(_ text: String) -> Bool {
    let text = ColumnMapping.trimmed(text)
    return text.utf8.starts(with: "id:".utf8) || text.utf8.starts(with: "name:".utf8)
  }

  private init(_ text: String) {
    self.text = ColumnMapping.trimmed(text)
    var found: [ExactText: String] = [:]
    for part in text.utf8.split(separator: UInt8(ascii: "|")) {
      guard let colon = part.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let key = ColumnMapping.key(String(Substring(part[..<colon])))
      let value = ColumnMapping.trimmed(String(Substring(part[part.index(after: colon)...])))
      if found[key] == nil, !value.showsNothing { found[key] = value }
    }
    sku = found["sku"] ?? found["productid"]
    name = found["name"]
    quantity = found["quantity"] ?? found["qty"]
    total = found["total"]
  }
}
