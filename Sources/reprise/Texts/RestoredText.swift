internal import Operations

/// Formats the answer to `restored`.
enum RestoredText {
  static func text(_ reply: Reply<RestoredAnswer>, call: ProgramCall = ProgramCall()) -> String {
    let answer = reply.answer
    let since = answer.since.map { TimeText.wall($0) } ?? "the beginning"
    let customers = "\(answer.journalCustomers) \(answer.journalCustomers == 1 ? "customer" : "customers")"
    let addresses = "\(answer.journalAddresses) \(answer.journalAddresses == 1 ? "address" : "addresses")"
    let list = answer.ambiguous > 0 ? "; list them with: \(call("status --ambiguous"))" : ""
    return """
      Nothing is known of the time since \(since).
      Steps that fell due since then, and will be skipped: \(answer.skipped).
      Messages of the outbox that may have gone out, now ambiguous: \(answer.ambiguous)\(list).
      Withdrawals, suppressions and forgotten people taken in from the journal: \(customers), \(addresses).
      \(reply.journalSetAside.map { JournalText.text(setAside: $0) } ?? "")Import what the shop has recorded since, then start the daemon.

      """
  }
}
