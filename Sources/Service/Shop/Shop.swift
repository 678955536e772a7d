package import Decisioning
package import Domain
package import Store

/// What the daemon knows at one moment, apart from its customers: the program, the products, the triggers as stored.
///
/// A value: work that began with one snapshot ends with it, whatever is reloaded meanwhile.
package struct Shop: Sendable {
  package var program: Program
  package var catalog: Catalog
  package var triggers: [TriggerID: TriggerRecord]
  /// The database's stamp of the program that was loaded last.
  var programStamp: String?

  package init(program: Program, catalog: Catalog, triggers: [TriggerID: TriggerRecord]) {
    self.program = program
    self.catalog = catalog
    self.triggers = triggers
  }

  /// Whether both follow the same program, by this process's memory and by the database's stamp.
  func isSameProgram(as other: Shop) -> Bool {
    program.isIdentical(to: other.program) && programStamp == other.programStamp
  }

  /// Triggers that are in the configuration and in the store.
  func enabled(_ trigger: TriggerID) -> (trigger: Trigger, enabledAt: Instant)? {
    guard let rule = program.triggers[trigger], let record = triggers[trigger], record.removedAt == nil else {
      return nil
    }
    return (rule, record.enabledAt)
  }
}

extension Catalog {
  /// Reads the catalogue from the store.
  init(in tx: Transaction) throws {
    self.init(products: try tx.products(), learnedCycles: try tx.learnedCycles())
  }
}
