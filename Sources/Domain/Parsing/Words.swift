/// Normalises words from forms and spreadsheets.
package enum Words {
  /// The word in lower case without surrounding white space; empty if it is too long to be one.
  static func plain(_ word: String) -> String {
    guard word.utf8.count <= 64 else { return "" }
    return String(decoding: TextBytes.trimmed(word).map(ASCII.lowercased), as: UTF8.self)
  }

  /// The form for lookups: lower case without blanks, `_` and `-`, without accents on Latin letters,
  /// full-width forms as plain ones. `Opted-Out`, `opted_out` and `ＯＰＴＥＤ ＯＵＴ` are one. Empty if it is too
  /// long to be a word.
  package static func key(_ word: String, limit: Int = 64) -> String {
    guard word.utf8.count <= limit else { return "" }
    var key = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
      switch narrow {
      case 0x41...0x5A: key.append(Unicode.Scalar(UInt8(narrow | 0x20)))
      // Separators and combining accents.
      case 0x2D, 0x5F, 0x2010...0x2015, 0x300...0x36F: break
      case 0x21...0x7E: key.append(Unicode.Scalar(UInt8(narrow)))
      default: if !String(scalar).showsNothing { key.append(contentsOf: plainLetters(scalar)) }
      }
    }
    return String(key)
  }

  private static func plainLetters(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    switch scalar {
    case "à", "á", "â", "ã", "ä", "å", "À", "Á", "Â", "Ã", "Ä", "Å": "a".unicodeScalars
    case "è", "é", "ê", "ë", "È", "É", "Ê", "Ë": "e".unicodeScalars
    case "ì", "í", "î", "ï", "Ì", "Í", "Î", "Ï": "i".unicodeScalars
    case "ò", "ó", "ô", "õ", "ö", "Ò", "Ó", "Ô", "Õ", "Ö": "o".unicodeScalars
    case "ù", "ú", "û", "ü", "Ù", "Ú", "Û", "Ü": "u".unicodeScalars
    case "ç", "Ç": "c".unicodeScalars
    case "ñ", "Ñ": "n".unicodeScalars
    case "ß": "ss".unicodeScalars
    default: String(scalar).unicodeScalars
    }
  }
}
