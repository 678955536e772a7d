internal import Domain
internal import Platform

extension MessageContent {
  enum Column: Int, TableColumn {
    /// NULL in the table if it equals the address.
    case recipient
    case toName, subject, preheader, unsubscribeURL, data, text, html, purpose

    static let all = allCases

    /// A select list for `init(_:from:)`, of messages `m`.
    static let selected =
      "COALESCE(m.recipient, m.address), " + SQL.list(Array(all.dropFirst().names), of: "m")
  }

  /// - Parameter first: the position of the first of `Column.selected`.
  init(_ row: borrowing Row, from first: Int) throws {
    func place(_ column: Column) -> Int { first + column.rawValue }
    self.init(
      to: row.string(place(.recipient)), toName: row.string(place(.toName)),
      subject: row.optionalString(place(.subject)), preheader: row.optionalString(place(.preheader)),
      html: row.optionalString(place(.html)), text: row.string(place(.text)),
      purpose: try row.word(place(.purpose), as: Purpose.self),
      unsubscribeURL: row.optionalString(place(.unsubscribeURL)),
      data: row.holds("{}", place(.data)) ? Record() : Record(stored: try row.json(place(.data))))
  }
}
