internal import Domain

/// Choosing among similar columns of the lists that other systems export.
extension ColumnMapping {
  /// If several columns could be the same field, gives the field to the one that fits the exporting system's usage.
  ///
  /// - Returns: the columns that are ignored as a result.
  static func choose(
    _ kind: ImportKind, _ headers: [String], _ meanings: inout [Meaning?]
  ) -> [Int] {
    guard kind == .consents || kind == .suppressions else { return [] }
    var leftOut: [Int] = []
    func candidates(_ field: ImportField) -> [Int] {
      guard !meanings.contains(.field(field)) else { return [] }
      return headers.indices.filter { meanings[$0] == nil && isSpelled(headers[$0], field, kind) }
    }
    func has(_ field: ImportField) -> Bool {
      meanings.contains(.field(field)) || !candidates(field).isEmpty
    }
    // Next to an email address, a bare "Address" is a street.
    if has(.email) { leftOut += candidates(.address).filter { key(headers[$0]) == "address" } }
    if kind == .suppressions, candidates(.reason).count > 1 {
      leftOut += candidates(.reason).filter { SuppressionRows.tellsWhyUnsubscribed(headers[$0]) }
    }
    if kind == .consents {
      let states = meanings.firstIndex(of: .field(.state)).map { [$0] } ?? candidates(.state)
      let state = states.count == 1 ? key(headers[states[0]]) : ""
      var times = candidates(.at)
      // The time of consent to one channel says nothing about another.
      let others = times.filter {
        guard let own = addressKind(of: state), let kind = addressKind(of: key(headers[$0])) else {
          return false
        }
        return own != kind
      }
      leftOut += others
      times.removeAll { others.contains($0) }
      let same = times.filter { !state.isEmpty && key(headers[$0]).hasPrefix(state) }
      // With double opt-in, consent counts from the confirmation.
      let confirmed = times.filter { key(headers[$0]).hasPrefix("confirm") }
      if let best = [same, confirmed].first(where: { $0.count == 1 })?.first, times.count > 1 {
        meanings[best] = .field(.at)
      }
    }
    for column in leftOut { meanings[column] = .ignored }
    return leftOut
  }

  private static func addressKind(of key: String) -> AddressKind? {
    key.hasPrefix("email") ? .email : key.hasPrefix("sms") ? .phone : nil
  }

  /// Whether `header` is one of the names of `field`.
  static func isSpelled(_ header: String, _ field: ImportField, _ kind: ImportKind) -> Bool {
    let wanted = key(header)
    return key(field.rawValue) == wanted || kind.spellings(of: field).contains { key($0) == wanted }
  }

  /// A header as it is compared: case, spaces, `_` and `-` do not count.
  static func key(_ header: String) -> String {
    String(
      String.UnicodeScalarView(
        header.lowercased().unicodeScalars.filter { !" _-\t".unicodeScalars.contains($0) }))
  }

  static func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
