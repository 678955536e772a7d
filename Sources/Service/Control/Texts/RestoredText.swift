package import Platform

/// The answer to `restored` as people read it.
package enum RestoredText {
  package static func text(_ answer: JSON) -> String {
    let since = answer["since"]?.stringValue.map { TimeText.wall($0) } ?? "the beginning"
    let skipped = answer["skipped"]?.integerValue ?? 0
    let ambiguous = answer["ambiguous"]?.integerValue ?? 0
    let customers = answer["journal_customers"]?.integerValue ?? 0
    let addresses = answer["journal_addresses"]?.integerValue ?? 0
    let list = ambiguous > 0 ? "; list them with: reprise status --ambiguous" : ""
    return """
      Nothing is known of the time since \(since).
      Steps that fell due since then, and will be skipped: \(skipped).
      Messages of the outbox that may have gone out, now ambiguous: \(ambiguous)\(list).
      Withdrawals, suppressions and forgotten people taken in from the journal: \(customers) customers, \(addresses) addresses.
      Import what the shop has recorded since, then start the daemon.

      """
  }
}
