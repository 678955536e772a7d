/// Pieces of a product in an order: what was ordered, what came back.
protocol Pieces {
  var sku: String { get }
  var quantity: Int { get }
}

extension OrderLine: Pieces {}
extension ReturnedLine: Pieces {}

extension Array where Element: Pieces {
  /// Over all lines of the product, at most `ReturnedLine.maximum`.
  func pieces(of sku: String) -> Int {
    var total = 0
    for line in self where line.sku.hasSameBytes(as: sku) { total = sum(total, line.quantity) }
    return Swift.min(total, ReturnedLine.maximum)
  }

  /// The same of every product at once and without a limit, for orders of hundreds of lines.
  var piecesBySKU: [ExactText: Int] {
    Dictionary(lazy.map { (ExactText($0.sku), $0.quantity) }, uniquingKeysWith: sum)
  }
}

/// Or the largest number there is.
private func sum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflows) = a.addingReportingOverflow(b)
  return overflows ? .max : sum
}
