/// The lists that can be exported for another store, in the columns that `import` reads.
package enum StoredList: String, Sendable, CaseIterable, JSONRepresentable {
  case suppressions
  case consents
  case sent

  /// The header of the exported file.
  package var columns: [String] {
    switch self {
    case .suppressions: ["address", "channel", "reason", "source", "at"]
    case .sent:
      [
        "customer_id", "channel", "sent_at", "trigger", "occurrence", "step", "subject", "message_id",
        "source",
      ]
    case .consents: ["customer_id", "channel", "state", "kind", "source", "at"]
    }
  }

  /// The noun for `count` of its rows.
  package func noun(_ count: Int64) -> String {
    if self == .sent { return count == 1 ? "sent message" : "sent messages" }
    return count == 1 ? String(rawValue.dropLast()) : rawValue
  }
}

/// Export all rows of a list.
///
/// The answer comes in parts. The first is `{"total": N}`, the approximate number of rows, or
/// `null` if it is not known in advance; each of the others is `{"rows": [[CELL...]...]}` with a text for
/// each of the list's columns.
package struct ExportListRequest: PartedRequest {
  package typealias Answer = JSON
  package static let name = "export_list"
  package static let effect = RequestEffect.look

  package var list: StoredList

  package init(list: StoredList) { self.list = list }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ExportListRequest(list: try field.given("list", \.list))
  }
}
