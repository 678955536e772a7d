internal import Domain
internal import Platform

/// The cycles learned over all customers, on which the stored plans are based.
extension Transaction {
  /// By SKU; empty before anything was learned.
  package func learnedCycles() throws -> [ExactText: Duration] {
    guard let text = try storedMeta(Self.learnedCyclesName) else { return [:] }
    var cycles: [ExactText: Duration] = [:]
    for member in try JSON.parse(text, limits: .stored).objectValue ?? JSONObject() {
      if let milliseconds = member.value.integerValue { cycles[member.key] = .milliseconds(milliseconds) }
    }
    return cycles
  }

  /// Replaces everything learned before.
  package func save(learnedCycles cycles: [ExactText: Duration]) throws {
    try renewCatalogStamp()
    let members = cycles.sorted { $0.key < $1.key }.map {
      JSONObject.Member(key: $0.key.text, value: .integer($0.value.milliseconds))
    }
    try setMeta(Self.learnedCyclesName, JSON.object(JSONObject(members: members)).text())
  }

  private static let learnedCyclesName = "learned_cycles"
}
