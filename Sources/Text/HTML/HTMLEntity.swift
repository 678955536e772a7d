/// The character references common in mail; any other is left as written.
enum HTMLEntity {
  /// The character of `&name;`, where `name` may be `#233` or `#xe9`; `nil` if unknown.
  static func scalar(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
    guard let first = name.first else { return nil }
    guard first == UInt8(ascii: "#") else {
      return names[String(decoding: name, as: UTF8.self)].flatMap { Unicode.Scalar($0) }
    }
    var digits = name.dropFirst()
    let isHex = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
    if isHex { digits = digits.dropFirst() }
    guard let code = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10) else {
      return nil
    }
    // Control characters other than white space do not belong in a mail.
    guard code >= 0x20 || code == 0x0A || code == 0x09, code != 0x7F else { return nil }
    return Unicode.Scalar(code)
  }

  static func decode(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      let limit = min(position + 12, bytes.endIndex)
      if byte == UInt8(ascii: "&"), let end = bytes[position..<limit].firstIndex(of: UInt8(ascii: ";")),
        let scalar = scalar(bytes[(position + 1)..<end])
      {
        out.append(contentsOf: String(Character(scalar)).utf8)
        position = end + 1
      } else {
        out.append(byte)
        position += 1
      }
    }
    return out
  }

  private static let names: [ExactText: UInt32] = [
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0, "shy": 0xAD,
    "copy": 0xA9, "reg": 0xAE, "trade": 0x2122, "hellip": 0x2026, "ndash": 0x2013, "mdash": 0x2014,
    "lsquo": 0x2018, "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C, "rdquo": 0x201D, "bdquo": 0x201E,
    "laquo": 0xAB, "raquo": 0xBB, "lsaquo": 0x2039, "rsaquo": 0x203A, "bull": 0x2022, "middot": 0xB7,
    "times": 0xD7, "divide": 0xF7, "plusmn": 0xB1, "deg": 0xB0, "micro": 0xB5, "para": 0xB6, "sect": 0xA7,
    "cent": 0xA2, "pound": 0xA3, "yen": 0xA5, "euro": 0x20AC, "curren": 0xA4, "iexcl": 0xA1, "iquest": 0xBF,
    "frac12": 0xBD, "frac14": 0xBC, "frac34": 0xBE, "sup1": 0xB9, "sup2": 0xB2, "sup3": 0xB3, "ordf": 0xAA,
    "ordm": 0xBA, "zwnj": 0x200C, "zwj": 0x200D, "ensp": 0x2002, "emsp": 0x2003, "thinsp": 0x2009,
    "larr": 0x2190, "uarr": 0x2191, "rarr": 0x2192, "darr": 0x2193, "harr": 0x2194, "hearts": 0x2665,
    "check": 0x2713, "star": 0x2606, "starf": 0x2605, "dagger": 0x2020, "permil": 0x2030, "infin": 0x221E,
    "ne": 0x2260, "le": 0x2264, "ge": 0x2265, "minus": 0x2212,
    "Agrave": 0xC0, "Aacute": 0xC1, "Acirc": 0xC2, "Atilde": 0xC3, "Auml": 0xC4, "Aring": 0xC5, "AElig": 0xC6,
    "Ccedil": 0xC7, "Egrave": 0xC8, "Eacute": 0xC9, "Ecirc": 0xCA, "Euml": 0xCB, "Igrave": 0xCC,
    "Iacute": 0xCD, "Icirc": 0xCE, "Iuml": 0xCF, "Ntilde": 0xD1, "Ograve": 0xD2, "Oacute": 0xD3,
    "Ocirc": 0xD4, "Otilde": 0xD5, "Ouml": 0xD6, "Oslash": 0xD8, "Ugrave": 0xD9, "Uacute": 0xDA,
    "Ucirc": 0xDB, "Uuml": 0xDC, "Yacute": 0xDD, "szlig": 0xDF, "agrave": 0xE0, "aacute": 0xE1,
    "acirc": 0xE2, "atilde": 0xE3, "auml": 0xE4, "aring": 0xE5, "aelig": 0xE6, "ccedil": 0xE7,
    "egrave": 0xE8, "eacute": 0xE9, "ecirc": 0xEA, "euml": 0xEB, "igrave": 0xEC, "iacute": 0xED,
    "icirc": 0xEE, "iuml": 0xEF, "ntilde": 0xF1, "ograve": 0xF2, "oacute": 0xF3, "ocirc": 0xF4,
    "otilde": 0xF5, "ouml": 0xF6, "oslash": 0xF8, "ugrave": 0xF9, "uacute": 0xFA, "ucirc": 0xFB,
    "uuml": 0xFC, "yacute": 0xFD, "yuml": 0xFF, "oelig": 0x153, "OElig": 0x152, "Scaron": 0x160,
    "scaron": 0x161,
  ]
}
