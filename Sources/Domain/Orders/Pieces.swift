/// Pieces of a product, ordered or returned.
protocol Pieces {
  var sku: String { get }
  var quantity: Int { get }
}

extension OrderLine: Pieces {}
extension ReturnedLine: Pieces {}

extension Array where Element: Pieces {
  /// Summed over all lines of the product, at most `ReturnedLine.maximum`.
  func pieces(of sku: String) -> Int {
    var total = 0
    for line in self where line.sku.hasSameBytes(as: sku) { total = sum(total, line.quantity) }
    return Swift.min(total, ReturnedLine.maximum)
  }

  /// The same for every product at once and without a limit, for orders of hundreds of lines.
  var piecesBySKU: [ExactText: Int] {
    Dictionary(lazy.map { (ExactText($0.sku), $0.quantity) }, uniquingKeysWith: sum)
  }
}

/// Saturates on overflow.
private func sum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflows) = a.addingReportingOverflow(b)
  return overflows ? .max : sum
}
