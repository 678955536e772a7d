internal import Domain

/// Reads the coupon codes in a cell.
enum CouponCodes {
  /// The codes, without repetitions. They are separated by commas, semicolons or bars, or written as by WooCommerce's
  /// exporters, `code:TEA10|amount:5.00;code:WELCOME|amount:3.00`.
  static func all(in cell: String) -> [String] {
    let parts = cell.unicodeScalars.split { ",;|，；、".unicodeScalars.contains($0) }
      .map { ColumnMapping.trimmed(String($0)) }
    let labelled = parts.compactMap(afterLabel)
    var codes: [String] = []
    for code in labelled.isEmpty ? parts : labelled
    where !code.showsNothing && !codes.contains(where: { $0.hasSameBytes(as: code) }) {
      codes.append(code)
    }
    return codes
  }

  private static func afterLabel(_ part: String) -> String? {
    let label = "code:".utf8
    guard part.utf8.starts(with: label) else { return nil }
    return ColumnMapping.trimmed(String(Substring(part.utf8.dropFirst(label.count))))
  }
}
