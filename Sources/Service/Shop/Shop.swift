package import Decisioning
package import Domain
package import Store

/// The daemon's state at one moment, apart from its customers: the program, the products, the stored
/// triggers.
///
/// A value: work that started with one snapshot finishes with it, whatever is reloaded meanwhile.
package struct Shop: Sendable {
  package var program: Program
  package var catalog: Catalog
  package var triggers: [TriggerID: TriggerRecord]
  /// As registered; how far a pass over the customers has come is in the store alone.
  package var segments: [SegmentID: SegmentRecord]
  /// The database's stamp of the last loaded program.
  var programStamp: String?

  package init(
    program: Program, catalog: Catalog, triggers: [TriggerID: TriggerRecord],
    segments: [SegmentID: SegmentRecord] = [:]
  ) {
    self.segments = segments
    self.program = program
    self.catalog = catalog
    self.triggers = triggers
  }

  /// Whether both follow the same program, both in this process's memory and by the database's stamp.
  func isSameProgram(as other: Shop) -> Bool {
    program.isIdentical(to: other.program) && programStamp == other.programStamp
  }

  /// A trigger that is both in the configuration and in the store, with the time it was enabled.
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
