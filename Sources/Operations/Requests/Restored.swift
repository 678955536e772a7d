/// Continue with a store restored from a backup, without sending anything twice.
package struct RestoredRequest: OperatorRequest {
  package typealias Answer = RestoredAnswer
  package static let name = "restored"
  package static let effect = RequestEffect.restore
  package static let place = RequestPlace.store

  package init() {}

  package static func fields(_ field: inout JSONFields<Self>) -> Self { RestoredRequest() }
}

/// What is unknown since the backup, and how it is handled.
package struct RestoredAnswer: JSONRecord {
  /// The end of the unknown period.
  package var until: OffsetTime
  /// Messages of the outbox that may have been sent in that period.
  package var ambiguous: Int
  /// Steps that fell due in that period and will be skipped.
  package var skipped: Int
  /// Withdrawals and erasures recovered from the journal.
  package var journalCustomers: Int
  /// Suppressions recovered from the journal.
  package var journalAddresses: Int
  /// The start of the unknown period; `nil` if nothing was ever decided.
  package var since: OffsetTime?

  package init(
    until: OffsetTime, ambiguous: Int, skipped: Int, journalCustomers: Int, journalAddresses: Int,
    since: OffsetTime?
  ) {
    self.until = until
    self.ambiguous = ambiguous
    self.skipped = skipped
    self.journalCustomers = journalCustomers
    self.journalAddresses = journalAddresses
    self.since = since
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    RestoredAnswer(
      until: try field("until", \.until), ambiguous: try field("ambiguous", \.ambiguous),
      skipped: try field("skipped", \.skipped),
      journalCustomers: try field("journal_customers", \.journalCustomers),
      journalAddresses: try field("journal_addresses", \.journalAddresses),
      since: try field.optional("since", \.since))
  }
}
