/// Defines what counts as an empty text in calls, cells and messages: no visible character.
extension String {
  /// Whether there are only blanks, controls and zero-width characters: spaces of any kind, tabs, line ends,
  /// U+00A0, zero-width spaces and joiners, byte order marks, variation selectors, fillers.
  package var showsNothing: Bool {
    // Nearly every text starts with a letter or a digit.
    if let first = utf8.first, first > 0x20, first < 0x7F { return false }
    return unicodeScalars.allSatisfy(\.showsNothing)
  }

  /// This text, or `nil` if it shows nothing.
  package var unlessEmpty: String? { showsNothing ? nil : self }
}

extension UnsafeBufferPointer<UInt8> {
  /// The same for UTF-8 that is not a `String` yet.
  package var showsNothing: Bool {
    guard let first else { return true }
    // Nearly every cell starts with a letter or a digit.
    if first > 0x20, first < 0x7F { return false }
    return String(decoding: self, as: UTF8.self).showsNothing
  }
}

extension Unicode.Scalar {
  fileprivate var showsNothing: Bool {
    switch value {
    case 0...0x20, 0x7F...0xA0: true
    case 0x21...0x7E: false
    // The blank Braille pattern.
    case 0x2800: true
    default:
      properties.isWhitespace || properties.isDefaultIgnorableCodePoint
        || properties.generalCategory == .format
    }
  }
}
