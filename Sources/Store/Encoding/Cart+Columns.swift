internal import Domain
internal import Platform

extension Cart {
  enum Column: Int, TableColumn {
    case id, url, changes, base

    static let all = allCases
    /// The position of the customer, after the cart's own columns.
    static let customer = all.count
  }

  /// The columns of a stored row: the cart's and the customer.
  static let rowNames = Column.all.names + ["customer"]

  /// Selects rows for `init(_:)`, with the customer last; append a condition.
  static let select = "SELECT \(SQL.list(rowNames)) FROM carts"

  /// Rows of older versions have all changes and no base; the cart's next change shortens them.
  init(_ row: borrowing Row) throws {
    let stored = try row.json(Column.changes).arrayValue ?? []
    let base: JSON = row.isNull(Column.base) ? .null : try row.json(Column.base)
    self.init(
      id: row.string(Column.id), base: base.isNull ? CartContents() : CartContents(stored: base),
      folded: base[4].flatMap { CartChange.Place(stored: $0) },
      changes: stored.compactMap { CartChange(stored: $0) }, url: row.optionalString(Column.url))
  }

  /// The size of the columns without a fixed limit.
  static func storedBytes(_ row: borrowing Row) -> Int {
    row.byteCount(Column.changes) + row.byteCount(Column.base)
  }

  /// `[began, changed, cleared, cleared by, [at, rank, id], [line, changed], ...]`, where the fifth is the
  /// last change included; `nil` if there is none.
  var storedBase: String? {
    guard let folded else { return nil }
    var writer = JSONWriter(reserving: 64 + 64 * base.items.count)
    writer.array { writer in
      for instant in [base.beganAt, base.changedAt, base.clearedAt] {
        if let instant { writer.value(instant.milliseconds) } else { writer.null() }
      }
      if let order = base.clearedBy { writer.value(order) } else { writer.null() }
      writer.array { writer in
        writer.value(folded.at.milliseconds)
        writer.value(folded.rank)
        writer.value(folded.id)
      }
      for item in base.items {
        writer.array { writer in
          item.line.write(to: &writer)
          writer.value(item.changedAt.milliseconds)
        }
      }
    }
    return writer.text
  }

  var storedChanges: String {
    var writer = JSONWriter(reserving: 64 * changes.count)
    writer.array { writer in for change in changes { change.write(to: &writer) } }
    return writer.text
  }
}

extension CartContents {
  fileprivate init(stored json: JSON) {
    func instant(_ place: Int) -> Instant? {
      json[place]?.integerValue.map { Instant(milliseconds: $0) }
    }
    self.init(
      items: (json.arrayValue ?? []).dropFirst(5).compactMap { item in
        guard let line = item[0].flatMap({ OrderLine(storedInCart: $0) }), let at = item[1]?.integerValue
        else { return nil }
        return CartItem(line: line, changedAt: Instant(milliseconds: at))
      }, beganAt: instant(0), changedAt: instant(1), clearedAt: instant(2), clearedBy: json[3]?.stringValue)
  }
}

extension CartChange.Place {
  fileprivate init?(stored json: JSON) {
    guard let at = json[0]?.integerValue, let rank = json[1]?.integerValue, let id = json[2]?.stringValue
    else { return nil }
    self.init(at: Instant(milliseconds: at), rank: Int(rank), id: id)
  }
}

extension OrderLine {
  /// An older version wrote 0 for an unknown price.
  fileprivate init?(storedInCart json: JSON) {
    self.init(stored: json)
    if price == 0, currency == nil { price = nil }
  }
}

extension CartChange {
  /// `[id, at, word, ...]`; the rest depends on the word.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(id)
      writer.value(at.milliseconds)
      switch kind {
      case .add(let line):
        writer.value("add")
        line.write(to: &writer)
      case .remove(let sku, let quantity):
        writer.value("remove")
        writer.value(sku)
        if let quantity { writer.value(quantity) }
      case .replace(let lines):
        writer.value("replace")
        writer.array { writer in for line in lines { line.write(to: &writer) } }
      case .clear: writer.value("clear")
      case .ordered(let orderID):
        writer.value("ordered")
        writer.value(orderID)
      case .touch: writer.value("touch")
      }
    }
  }

  fileprivate init?(stored json: JSON) {
    guard let id = json[0]?.stringValue, let at = json[1]?.integerValue, let word = json[2]?.stringValue
    else { return nil }
    let kind: Kind
    switch word {
    case "add":
      guard let line = json[3].flatMap({ OrderLine(storedInCart: $0) }) else { return nil }
      kind = .add(line)
    case "remove":
      guard let sku = json[3]?.stringValue else { return nil }
      kind = .remove(sku: sku, quantity: json[4]?.integerValue.map { Int($0) })
    case "replace": kind = .replace(json[3]?.arrayValue?.compactMap { OrderLine(storedInCart: $0) } ?? [])
    case "clear": kind = .clear
    case "ordered":
      guard let order = json[3]?.stringValue else { return nil }
      kind = .ordered(orderID: order)
    case "touch": kind = .touch
    default: return nil
    }
    self.init(id: id, at: Instant(milliseconds: at), kind: kind)
  }
}
