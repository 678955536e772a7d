internal import Domain
internal import Platform

/// Decodes files of products, one per row. A row replaces the stored product.
struct ProductRows: RowDecoder {
  private let cells: CellReader
  private let mapping: ColumnMapping

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    self.mapping = mapping
  }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) {
    var left: [ImportRowError] = []
    do {
      var product = Product(sku: try sku(row))
      others(row, &left, &product)
      batch.products.append(product)
      batch.imported += 1
      batch.leaveOut(left, of: row)
    } catch {
      batch.rejected.append(RejectedRow(cells: row.fields, error: problems(row, error)))
    }
  }

  private func sku(_ row: borrowing CSVReader) throws(ImportRowError) -> String {
    try cells.checkColumns(row)
    return try cells.identifier(mapping.place(of: .sku), row)
  }

  private func problems(_ row: borrowing CSVReader, _ first: ImportRowError) -> ImportRowError {
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    var left: [ImportRowError] = []
    var product = Product(sku: "")
    others(row, &left, &product)
    problems.add(left.map { $0.with(nil) })
    return problems.all
  }

  /// The optional fields.
  ///
  /// - Parameter left: collects the errors of fields that are left out.
  private func others(
    _ row: borrowing CSVReader, _ left: inout [ImportRowError], _ product: inout Product
  ) {
    func optional<T>(
      _ field: ImportField, _ read: (Int, borrowing CSVReader) throws(ImportRowError) -> T?
    ) -> T? {
      cells.optional(field, mapping.place(of: field), row, &left, read)
    }
    func text(_ field: ImportField, limit: Int) -> String? {
      optional(field) { column, row throws(ImportRowError) in try cells.text(column, row, limit: limit) }
    }
    func money(_ field: ImportField) -> Money? {
      optional(field) { cell, row throws(ImportRowError) in
        let currency = try cells.currency(mapping.place(of: .currency), row)
        return try cells.amount(cell, row, currency).map { Money(minorUnits: $0, currency: currency) }
      }
    }
    product.name = text(.name, limit: TextLimits.name)
    product.url = optional(.url, cells.url)
    product.image = optional(.image, cells.url)
    product.price = money(.price)
    product.listPrice = money(.listPrice)
    product.cost = money(.cost)
    product.cycleDays = optional(.cycleDays, cells.positive)
    product.category = text(.category, limit: Product.maximumBytes)
    product.parent = text(.parent, limit: Product.maximumBytes)
    product.isAvailable = optional(.available) { column, row throws(ImportRowError) in
      try cells.word(.available, column, row, shown: ["true", "false"]) { Bool(answer: $0) }
    }
    product.stock = optional(.stock, cells.stock)
    product.launchedAt = optional(.launchedAt, cells.instant)
    let tags = text(.tags, limit: Product.maximumTags * Product.maximumBytes).map { CustomerRows.tags($0) }
    product.tags = Array(
      (tags ?? []).filter { $0.utf8.count <= Product.maximumBytes }.prefix(Product.maximumTags))
  }
}
