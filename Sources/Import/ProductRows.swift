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
      batch.products.append(try product(row))
      batch.imported += 1
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

  private func product(_ row: borrowing CSVReader) throws(ImportRowError) -> Product {
    try cells.checkColumns(row)
    var product = Product(sku: try cells.identifier(sku, row))
    product.name = try cells.text(name, row, limit: TextLimits.name)
    product.url = try cells.url(url, row)
    product.image = try cells.url(image, row)
    let currency = try cells.currency(currency, row)
    product.price = try cells.amount(price, row, currency).map { Money(minorUnits: $0, currency: currency) }
    product.cycleDays = try cells.positive(cycleDays, row)
    return product
  }
}
