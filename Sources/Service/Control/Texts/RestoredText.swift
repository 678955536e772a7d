package import Platform

/// The answer to `restored` as people read it.
package enum RestoredText {
  package static func text(_ answer: JSON) -> String {
    let since = answer["since"]?.stringValue.map { TimeText.wall($0) } ?? "the beginning"
    let skipped = answer["skipped"]?.integerValue ?? 0
    let ambiguous = answer["ambiguous"]?.integerValue ?? 0
    func count(_ name: String, _ one: String, _ many: String) -> String {
      let number = answer[name]?.integerValue ?? 0
      return "\(number) \(number == 1 ? one : many)"
    }
    let customers = count("journal_customers", "customer", "customers")
    let addresses = count("journal_addresses", "address", "addresses")
    let list = ambiguous > 0 ? "; list them with: reprise status --ambiguous" : ""
    return """
      Nothing is known of the time since \(since).
      Steps that fell due since then, and will be skipped: \(skipped).
      Messages of the outbox that may have gone out, now ambiguous: \(ambiguous)\(list).
      Withdrawals, suppressions and forgotten people taken in from the journal: \(customers), \(addresses).
      \(JournalText.text(answer) ?? "")Import what the shop has recorded since, then start the daemon.

      """
  }
}
