extension EventName {
  /// Maximum length of a name in bytes.
  package static let maximumBytes = 128

  /// The snake_case name of an event: `Quiz Finished`, `quizFinished` and `quiz-finished` all become
  /// `quiz_finished`.
  ///
  /// Letters and digits beyond ASCII are kept; every other run of ASCII becomes one `_`, and none at the
  /// ends. `nil` if nothing is left, or if the name is longer than `maximumBytes` or contains control
  /// characters.
  package init?(spelled text: String) {
    guard (1...Self.maximumBytes).contains(text.utf8.count) else { return nil }
    var name: [UInt8] = []
    name.reserveCapacity(text.utf8.count + 4)
    var before: UInt8 = 0
    for byte in text.utf8 {
      switch byte {
      case 0..<0x20, 0x7F: return nil
      case 0x41...0x5A:
        let endsWord = before &- 0x61 < 26 || ASCII.isDigit(before)
        if endsWord, name.last != ASCII.underscore { name.append(ASCII.underscore) }
        name.append(byte | 0x20)
      case _ where ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte >= 0x80: name.append(byte)
      default: if let last = name.last, last != ASCII.underscore { name.append(ASCII.underscore) }
      }
      before = byte
    }
    if name.last == ASCII.underscore { name.removeLast() }
    guard (1...Self.maximumBytes).contains(name.count) else { return nil }
    self.init(String(decoding: name, as: UTF8.self))
  }
}
