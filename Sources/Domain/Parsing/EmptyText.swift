/// What counts as no text, in a call, a cell and a message alike: nothing, or nothing that anybody could see.
extension String {
  /// Whether there are only blanks, controls and characters without a width of their own: spaces of any kind, tabs, line
  /// ends, U+00A0, zero-width spaces and joiners, byte order marks, variation selectors, fillers.
  package var showsNothing: Bool {
    // Nearly every text begins with a letter or a digit.
    if let first = utf8.first, first > 0x20, first < 0x7F { return false }
    return unicodeScalars.allSatisfy(\.showsNothing)
  }

  /// This text, or `nil` when it shows nothing.
  package var unlessEmpty: String? { showsNothing ? nil : self }
}

extension UnsafeBufferPointer<UInt8> {
  /// The same for UTF-8 that is no `String` yet.
  package var showsNothing: Bool {
    guard let first else { return true }
    // Nearly every cell begins with a letter or a digit.
    if first > 0x20, first < 0x7F { return false }
    return String(decoding: self, as: UTF8.self).showsNothing
  }
}

extension Unicode.Scalar {
  fileprivate var showsNothing: Bool {
    switch value {
    case 0...0x20, 0x7F...0xA0: true
    case 0x21...0x7E: false
    // The cell of Braille without a dot.
    case 0x2800: true
    default:
      properties.isWhitespace || properties.isDefaultIgnorableCodePoint
        || properties.generalCategory == .format
    }
  }
}
