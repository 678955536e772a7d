internal import Service

/// What people are told of a journal of consent that lay in the place of another shop's.
enum JournalText {
  /// One line.
  ///
  /// - Parameter file: what the journal is called now.
  static func text(setAside file: String) -> String {
    "The journal of consent that lay beside the store is \(file) now: \(OpenShop.journalAdvice).\n"
  }
}
