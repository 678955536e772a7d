/// All kinds of triggers.
package enum TriggerKinds {
  /// In the order of the reference.
  package static let all: [any TriggerKind.Type] = [
    EventRule.self, CartIdleRule.self, RunsOutRule.self, AnniversaryRule.self, LapsedRule.self,
  ]

  /// The lack with this word; `nil` for a word of another version.
  package static func lack(_ word: String) -> Lack? {
    all.lazy.flatMap { $0.lacks }.first { $0.word == word }
  }
}
