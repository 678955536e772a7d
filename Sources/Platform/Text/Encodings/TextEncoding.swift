/// The encodings that shops and spreadsheets use for files. The raw value is the name on the command line.
package enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// With a byte order mark; without one, little-endian as Windows writes it.
  case utf16 = "utf-16"
  case utf16LE = "utf-16le"
  case utf16BE = "utf-16be"
  /// Includes its subsets GBK and GB2312.
  case gb18030
  case big5
  case shiftJIS = "shift-jis"
  case eucKR = "euc-kr"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  case windows1252 = "windows-1252"
  case latin1 = "latin-1"

  /// Accepts a name in any case, with or without hyphens; `nil` for an unknown one.
  package init?(_ name: String) {
    let key = String(decoding: name.lowercased().utf8.filter { !"-_ .".utf8.contains($0) }, as: UTF8.self)
    switch key {
    case "utf8", "utf8sig", "utf8bom": self = .utf8
    case "utf16", "unicode", "ucs2": self = .utf16
    case "utf16le", "ucs2le": self = .utf16LE
    case "utf16be", "ucs2be": self = .utf16BE
    case "gb18030", "gbk", "gb2312", "cp936", "936", "euccn": self = .gb18030
    case "big5", "cp950", "950": self = .big5
    case "shiftjis", "sjis", "cp932", "932", "windows31j": self = .shiftJIS
    case "euckr", "cp949", "949", "uhc": self = .eucKR
    case "windows1250", "cp1250", "1250": self = .windows1250
    case "windows1251", "cp1251", "1251": self = .windows1251
    case "windows1252", "cp1252", "1252", "ansi": self = .windows1252
    case "latin1", "iso88591", "l1": self = .latin1
    default: return nil
    }
  }

  /// The name for iconv.
  var iconvName: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16: "UTF-16"
    case .utf16LE: "UTF-16LE"
    case .utf16BE: "UTF-16BE"
    case .gb18030: "GB18030"
    case .big5: "BIG5"
    case .shiftJIS: "CP932"
    case .eucKR: "CP949"
    case .windows1250: "CP1250"
    case .windows1251: "CP1251"
    case .windows1252: "CP1252"
    case .latin1: "ISO-8859-1"
    }
  }

  /// The size of the smallest unit in bytes.
  var unit: Int {
    switch self {
    case .utf16, .utf16LE, .utf16BE: 2
    default: 1
    }
  }
}
