internal import Service

/// Reports a consent journal that was found in the place of another shop's.
enum JournalText {
  /// One line.
  ///
  /// - Parameter file: the journal's new name.
  static func text(setAside file: String) -> String {
    "The journal of consent that lay beside the store is \(file) now: \(OpenShop.journalAdvice).\n"
  }
}
