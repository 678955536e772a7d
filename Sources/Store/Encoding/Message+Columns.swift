internal import Domain
internal import Platform

extension NewMessage {
  /// Followed by those of `MessageContent`.
  enum Column: Int, TableColumn {
    case ledgerKey, enrollment, customer, trigger, occurrence, step, channel, address, priority, dueAt,
      expiresAt,
      state, attempt, maybeDelivered, createdAt

    static let all = allCases
  }
}

extension ClaimedMessage {
  /// The columns of a message `m` and what is needed of its customer `c`. Followed by those of
  /// `MessageContent`.
  enum Column: Int, TableColumn {
    case key, ledgerKey, attempt, trigger, customer, step, dueAt, expiresAt, firstHandoffAt, enrollment,
      createdAt, faultedAt
    /// NULL if there is no customer.
    case consent
    case timeZone

    private static let all = allCases
    /// The position of the content's first column.
    static let content = all.count

    static let selected =
      SQL.list(all.prefix { $0 != .consent }.names, of: "m") + ", "
      + SQL.list(all.drop { $0 != .consent }.names, of: "c") + ", " + MessageContent.Column.selected
  }
}
