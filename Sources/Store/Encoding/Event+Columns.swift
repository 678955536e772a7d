internal import Domain
internal import Platform

extension Event {
  enum Column: Int, TableColumn {
    case messageID, name, at, receivedAt, properties

    static let all = allCases
    /// The position of the customer, after the event's own columns.
    static let customer = all.count
  }

  /// The columns of a stored row: the event's and the customer.
  static let rowNames = Column.all.names + ["customer"]

  /// Selects rows for `init(_:)`, with the customer last; append a condition.
  static let select = "SELECT \(SQL.list(rowNames)) FROM events"

  init(_ row: borrowing Row) throws {
    self.init(
      messageID: row.string(Column.messageID), name: EventName(row.string(Column.name)),
      at: row.instant(Column.at), receivedAt: row.instant(Column.receivedAt),
      properties: row.holds("{}", Column.properties)
        ? Record() : Record(stored: try row.json(Column.properties)))
  }
}
