internal import Domain
internal import Platform

extension Enrollment {
  /// All but the trigger, which is a number in the table and an id outside it, and the customer, who has no number yet
  /// when a row is new.
  enum Column: Int, TableColumn {
    case key, occurrence, firesAt, subject, doneSteps, nextDueAt, state, endReason, plannedAt, beganAt

    static let all = allCases
    /// The position of the trigger's id and the customer, after the other columns.
    static let trigger = all.count
    static let customer = all.count + 1

    /// The columns of a new row; the database assigns the key.
    static let new = all.filter { $0 != .key }
    /// The columns that re-planning changes.
    static let planned: [Column] = [
      .firesAt, .subject, .doneSteps, .nextDueAt, .state, .endReason, .beganAt,
    ]
    /// The columns that deciding changes.
    static let progress: [Column] = [.doneSteps, .nextDueAt, .state, .endReason, .beganAt]
  }

  /// Selects rows for `init(_:)`; append a condition.
  static let select =
    "SELECT \(SQL.list(Column.all.names, of: "e")), t.id, e.customer FROM enrollments e JOIN triggers t ON t.key = e.trigger"

  init(_ row: borrowing Row) throws {
    self.init(
      key: row.int64(Column.key), trigger: TriggerID(row.string(Column.trigger)),
      customer: row.customer(Column.customer), occurrence: row.string(Column.occurrence),
      firesAt: row.instant(Column.firesAt), subject: try Subject(stored: row, Column.subject.rawValue),
      doneSteps: Self.steps(row, Column.doneSteps.rawValue),
      nextDueAt: row.optionalInstant(Column.nextDueAt),
      state: try row.word(Column.state, as: EnrollmentState.self),
      endReason: try row.optionalWord(Column.endReason, as: EndReason.self),
      plannedAt: row.instant(Column.plannedAt), beganAt: row.optionalInstant(Column.beganAt))
  }

  /// - Parameters:
  ///   - subject: `subject.stored`; evaluated only for its own column.
  ///   - doneSteps: `storedSteps`.
  func bind(
    _ column: Column, subject: @autoclosure () -> String, doneSteps: String, to binder: any SQLBinder
  ) throws {
    switch column {
    case .key: try binder.bind(key)
    case .occurrence: try binder.bind(occurrence)
    case .firesAt: try binder.bind(firesAt)
    case .subject: try binder.bind(subject())
    case .doneSteps: try binder.bind(doneSteps)
    case .nextDueAt: try binder.bind(nextDueAt)
    case .state: try binder.bind(state.rawValue)
    case .endReason: try binder.bind(endReason?.rawValue)
    case .plannedAt: try binder.bind(plannedAt)
    case .beganAt: try binder.bind(beganAt)
    }
  }

  /// Step ids contain no commas: they are identifiers of the configuration.
  var storedSteps: String { doneSteps.map(\.rawValue).joined(separator: ",") }

  private static func steps(_ row: borrowing Row, _ column: Int) -> [StepID] {
    if row.holds("", column) { return [] }
    return row.string(column).utf8.split(separator: UInt8(ascii: ",")).map { StepID(String($0) ?? "") }
  }
}

extension Subject {
  var stored: String {
    var writer = JSONWriter(reserving: 48)
    writer.object { writer in
      switch self {
      case .customer: break
      case .order(let id): writer.field("order", id)
      case .cart(let id): writer.field("cart", id)
      case .products(let products):
        writer.key("products")
        writer.array { writer in
          for product in products {
            writer.array { writer in
              writer.value(product.sku)
              writer.value(product.orderID)
              writer.value(product.runsOutAt.milliseconds)
            }
          }
        }
      case .anniversary(let year): writer.field("year", year)
      case .event(let messageID): writer.field("event", messageID)
      }
    }
    return writer.text
  }

  init(stored row: borrowing Row, _ column: Int) throws {
    if row.holds("{}", column) {
      self = .customer
      return
    }
    // Nearly all subjects have one of these two forms; a JSON parser for each row would dominate loading.
    if let id = row.onlyMember("cart", column) {
      self = .cart(id: id)
      return
    }
    if let id = row.onlyMember("order", column) {
      self = .order(id: id)
      return
    }
    let json = try row.json(column)
    if let id = json["order"]?.stringValue {
      self = .order(id: id)
    } else if let id = json["cart"]?.stringValue {
      self = .cart(id: id)
    } else if let products = json["products"]?.arrayValue {
      self = .products(
        products.compactMap { product in
          guard let sku = product[0]?.stringValue, let order = product[1]?.stringValue,
            let at = product[2]?.integerValue
          else { return nil }
          return SubjectProduct(sku: sku, orderID: order, runsOutAt: Instant(milliseconds: at))
        })
    } else if let year = json["year"]?.integerValue {
      self = .anniversary(year: Int(year))
    } else if let id = json["event"]?.stringValue {
      self = .event(messageID: id)
    } else {
      throw SQLError(.corrupt, "'\(row.string(column))' is no subject of an enrollment")
    }
  }
}

extension Row {
  /// The text of `{"name":"text"}`; `nil` for any other JSON, and for a text with escapes.
  func onlyMember(_ name: StaticString, _ column: Int) -> String? {
    withUTF8(column) { bytes -> String? in
      let length = name.utf8CodeUnitCount
      let start = length + 5
      guard bytes.count >= start + 2, bytes[0] == UInt8(ascii: "{"), bytes[1] == UInt8(ascii: "\""),
        bytes[length + 2] == UInt8(ascii: "\""), bytes[length + 3] == UInt8(ascii: ":"),
        bytes[length + 4] == UInt8(ascii: "\""), bytes[bytes.count - 2] == UInt8(ascii: "\""),
        name.withUTF8Buffer({ name in name.indices.allSatisfy { name[$0] == bytes[$0 + 2] } })
      else { return nil }
      let text = bytes[start..<bytes.count - 2]
      guard !text.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
        return nil
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
