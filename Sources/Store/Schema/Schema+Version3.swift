extension Schema {
  /// One step of the schema, in parts that have nothing to do with each other.
  static let version3 = [String]().joined(separator: "\n")

  /// What SQL cannot say of the step to version 3: addresses are compared by another form since.
  static func completeVersion3(_ tx: Transaction) throws {
    try tx.refoldSuppressions()
    try tx.refoldPhones()
  }
}
