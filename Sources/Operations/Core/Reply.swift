/// An answer, and what else the command must report.
package struct Reply<Answer: JSONRepresentable>: JSONRepresentable {
  package var answer: Answer
  /// The new name of a consent journal that was in the place of this store's but belongs to another shop;
  /// `nil` if there was none.
  package var journalSetAside: String?

  package init(_ answer: Answer, journalSetAside: String? = nil) {
    self.answer = answer
    self.journalSetAside = journalSetAside
  }

  private static var journalKey: String { "journal_set_aside" }

  package var json: JSON {
    guard let journalSetAside, case .object(var object) = answer.json else { return answer.json }
    object[Self.journalKey] = .string(journalSetAside)
    return .object(object)
  }

  package init(json: JSON) throws(JSONMismatch) {
    self.init(try Answer(json: json), journalSetAside: json[Self.journalKey]?.stringValue)
  }
}
