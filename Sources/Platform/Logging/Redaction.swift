/// Shortens addresses so that a log identifies a person no more than necessary.
package enum Redaction {
  /// `a***@example.com` for mail, `+86138****1234` for a phone number, the first four characters and `***`
  /// for anything else; only `***` if the text is too short.
  package static func address(_ address: String) -> String {
    if let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) {
      let first = address.unicodeScalars.first.map(String.init) ?? ""
      return (at == address.startIndex ? "" : first) + "***" + address[at...]
    }
    let isPhone = address.utf8.allSatisfy {
      (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x20 || $0 == 0x2D
    }
    let scalars = Array(address.unicodeScalars)
    if isPhone, scalars.count >= 11 {
      return text(scalars.dropLast(8)) + "****" + text(scalars.suffix(4))
    }
    if isPhone { return scalars.count >= 6 ? "***" + text(scalars.suffix(2)) : "***" }
    return scalars.count >= 8 ? text(scalars.prefix(4)) + "***" : "***"
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
