internal import Domain
internal import Platform

/// Decodes files with one product per row, which replaces the stored product.
struct ProductRows: RowDecoder {
  private let cells: CellReader
  private let sku: Int
  private let name: Int
  private let url: Int
  private let image: Int
  private let price: Int
  private let currency: Int
  private let cycleDays: Int

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    func column(_ field: ImportField) -> Int { mapping.column(of: field) ?? -1 }
    sku = column(.sku)
    name = column(.name)
    url = column(.url)
    image = column(.image)
    price = column(.price)
    currency = column(.currency)
    cycleDays = column(.cycleDays)
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    do {
      var left: [ImportRowError] = []
      batch.products.append(try product(row, &left))
      batch.imported += 1
      batch.leaveOut(left, of: row)
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: problems(row, error)))
    }
  }

  private func problems(_ row: borrowing CSVReader, _ first: ImportRowError) -> ImportRowError {
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    problems.look(sku, row, cells.identifier)
    problems.look(name, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    problems.look(url, row, cells.url)
    problems.look(image, row, cells.url)
    problems.look(currency, row, cells.currency)
    problems.look(price, row) { column, row throws(ImportRowError) in
      // How many digits a fraction has depends on it.
      guard let currency = try? cells.currency(currency, row) else { return }
      _ = try cells.amount(column, row, currency)
    }
    problems.look(cycleDays, row, cells.positive)
    return problems.all
  }

  /// - Parameter left: collects fields that could not be read and are left out.
  private func product(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError]
  ) throws(ImportRowError) -> Product {
    try cells.checkColumns(row)
    var product = Product(sku: try cells.identifier(sku, row))
    product.name = cells.optional(.name, name, row, &left) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    product.url = cells.optional(.url, url, row, &left, cells.url)
    product.image = cells.optional(.image, image, row, &left, cells.url)
    product.price = cells.optional(.price, price, row, &left) { column, row throws(ImportRowError) in
      let currency = try cells.currency(currency, row)
      return try cells.amount(column, row, currency).map { Money(minorUnits: $0, currency: currency) }
    }
    product.cycleDays = cells.optional(.cycleDays, cycleDays, row, &left, cells.positive)
    return product
  }
}
