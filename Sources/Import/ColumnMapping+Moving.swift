internal import Domain

/// Choices among the columns of lists that other systems write.
extension ColumnMapping {
  /// Of several columns that could be one field gives that meaning to the one that fits, as the other systems mean it.
  ///
  /// - Returns: columns that are left out because of it.
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
    // Beside an email address, a bare "Address" is a street.
    if has(.email) { leftOut += candidates(.address).filter { key(headers[$0]) == "address" } }
    if kind == .suppressions, candidates(.reason).count > 1 {
      leftOut += candidates(.reason).filter { SuppressionRows.tellsWhyUnsubscribed(headers[$0]) }
    }
    if kind == .consents {
      let states = meanings.firstIndex(of: .field(.state)).map { [$0] } ?? candidates(.state)
      let state = states.count == 1 ? key(headers[states[0]]) : ""
      var times = candidates(.at)
      // When a person agreed to the other channel says nothing of this one.
      let others = times.filter {
        guard let own = addressKind(of: state), let kind = addressKind(of: key(headers[$0])) else {
          return false
        }
        return own != kind
      }
      leftOut += others
      times.removeAll { others.contains($0) }
      let same = times.filter { !state.isEmpty && key(headers[$0]).hasPrefix(state) }
      // A sign-up counts from its confirmation.
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

  /// Whether a header is a name of a field.
  static func isSpelled(_ header: String, _ field: ImportField, _ kind: ImportKind) -> Bool {
    let wanted = key(header)
    return key(field.rawValue) == wanted || kind.spellings(of: field).contains { key($0) == wanted }
  }

  /// The part of a header that is compared.
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
