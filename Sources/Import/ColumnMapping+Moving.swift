internal import Domain

/// Choosing among similar columns of the lists that other systems export.
extension ColumnMapping {
  /// If several columns could be the same field, gives the field to the one that fits the exporting system's usage.
  ///
  /// - Returns: the columns that are ignored as a result.
  static func choose(
    _ kind: ImportKind, _ headers: [String], _ meanings: inout [Meaning?]
  ) -> [Int] {
    var leftOut: [Int] = []
    func candidates(_ field: ImportField) -> [Int] {
      guard !meanings.contains(.field(field)) else { return [] }
      return headers.indices.filter { meanings[$0] == nil && isSpelled(headers[$0], field, kind) }
    }
    // A time in UTC is the same wherever the shop is.
    for field in kind.fields where field.isDate {
      let times = candidates(field)
      guard times.count > 1, times.count(where: { isUTC(headers[$0]) }) == 1 else { continue }
      for column in times {
        meanings[column] = isUTC(headers[column]) ? .field(field) : .ignored
        if !isUTC(headers[column]) { leftOut.append(column) }
      }
    }
    guard kind == .consents || kind == .suppressions else { return leftOut }
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
    func isNamed(_ wanted: String) -> Bool {
      key(field.rawValue) == wanted || kind.spellings(of: field).contains { key($0) == wanted }
    }
    return isNamed(key(header)) || field.isDate && withoutUTC(header).map { isNamed(key($0)) } == true
  }

  /// Whether a header says that its times are in UTC: `date_created_gmt`, `Created at (UTC)`.
  static func isUTC(_ header: String) -> Bool { withoutUTC(header) != nil }

  /// Such a header without that; `nil` for any other.
  static func withoutUTC(_ header: String) -> String? {
    let ending = ["gmt", "utc", "(gmt)", "(utc)", "（gmt）", "（utc）"].first { ending in
      let start = header.unicodeScalars.dropLast(ending.unicodeScalars.count).last
      return header.lowercased().hasSuffix(ending)
        && (ending.count > 3 ? start != nil : [" ", "_", "-", "."].contains(start))
    }
    return ending.map { trimmed(String(header.dropLast($0.count))) }
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
