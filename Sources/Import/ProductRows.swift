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
      batch.rejected.append(RejectedRow(cells: row.fields, error: error))
    }
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
