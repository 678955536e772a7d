internal import Domain
internal import Platform

extension StoredDecision {
  /// All but the trigger and the customer, which the enrollment has.
  enum Column: Int, TableColumn {
    case enrollment, step, at, verdict, gate, channel, until, trace

    static let all = allCases
    /// The position of the enrollment's columns, after the others.
    static let trigger = all.count
    static let customer = all.count + 1
  }

  /// Selects rows for `init(_:)`; append a condition.
  static let select = """
    SELECT \(SQL.list(Column.all.names, of: "d")), t.id, e.customer
    FROM decisions d JOIN enrollments e ON e.key = d.enrollment JOIN triggers t ON t.key = e.trigger
    """

  init(_ row: borrowing Row) throws {
    self.init(
      enrollment: row.int64(Column.enrollment), trigger: TriggerID(row.string(Column.trigger)),
      customer: row.customer(Column.customer), step: StepID(row.string(Column.step)),
      at: row.instant(Column.at), verdict: try row.word(Column.verdict, as: VerdictKind.self),
      gate: try row.optionalWord(Column.gate, as: Gate.self),
      channel: row.optionalString(Column.channel).map { ChannelName($0) },
      until: row.optionalInstant(Column.until), trace: [TraceEntry](stored: try row.json(Column.trace)))
  }
}
