internal import Domain
internal import Platform

extension MessageContent {
  /// `recipient, to_name, subject, preheader, unsubscribe_url, data, text, html, purpose`, the first never NULL.
  init(_ row: borrowing Row, from column: Int) throws {
    self.init(
      to: row.string(column), toName: row.string(column + 1), subject: row.optionalString(column + 2),
      preheader: row.optionalString(column + 3), html: row.optionalString(column + 7),
      text: row.string(column + 6),
      purpose: try row.word(column + 8, as: Purpose.self), unsubscribeURL: row.optionalString(column + 4),
      data: row.holds("{}", column + 5) ? Record() : Record(stored: try row.json(column + 5)))
  }
}
