package import Platform

/// What people are told of a journal of consent that lay in the place of another shop's.
package enum JournalText {
  static let setAside =
    "it belongs to another shop, and what was said there was not taken in; it comes back with that shop's store"

  /// A line about the journal that the answer to a command names; `nil` when it names none.
  package static func text(_ answer: JSON) -> String? {
    answer["journal_set_aside"]?.stringValue.map {
      "The journal of consent that lay beside the store is \($0) now: \(setAside).\n"
    }
  }
}
