internal import Domain
internal import Platform

extension NewMessage {
  /// Those of `MessageContent` follow.
  enum Column: Int, TableColumn {
    case ledgerKey, enrollment, customer, trigger, occurrence, step, channel, address, priority, dueAt,
      expiresAt,
      state, attempt, maybeDelivered, createdAt

    static let all = allCases
  }
}

extension ClaimedMessage {
  /// Of a message `m`, and what tells of its customer `c`. Those of `MessageContent` follow.
  enum Column: Int, TableColumn {
    case key, ledgerKey, attempt, trigger, customer, step, dueAt, expiresAt, firstHandoffAt, enrollment,
      createdAt, faultedAt
    /// NULL without a customer.
    case consent
    case timeZone

    private static let all = allCases
    /// Where the first column of the content stands.
    static let content = all.count

    static let selected =
      SQL.list(all.prefix { $0 != .consent }.names, of: "m") + ", "
      + SQL.list(all.drop { $0 != .consent }.names, of: "c") + ", " + MessageContent.Column.selected
  }
}
