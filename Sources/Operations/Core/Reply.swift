/// An answer as a command gets it, with what the command has to be told besides.
package struct Reply<Answer: JSONRepresentable>: JSONRepresentable {
  package var answer: Answer
  /// The name that was given to a journal of consent which lay in the place of this store's and belongs to another shop;
  /// `nil` when there was none.
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
