package import Platform

/// The statements of the store, inside one transaction of one connection.
///
/// Every method takes and gives whole arrays, so that a batch costs a batch; none leaves a cursor open. Confined to
/// the thread that runs the transaction; it must not be kept after it. All methods throw `SQLError`.
package struct Transaction {
  package let connection: any SQLConnection
  /// Takes what is said about consent, for the journal; `nil` where none is kept, and in readers.
  let journal: ConsentJournal.Buffer?

  package init(_ connection: any SQLConnection, journal: ConsentJournal.Buffer? = nil) {
    self.connection = connection
    self.journal = journal
  }
}
