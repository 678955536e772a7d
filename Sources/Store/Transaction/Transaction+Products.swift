package import Domain
internal import Platform

extension Transaction {
  /// Adds products to the catalogue; one whose sku is there already takes the new values.
  package func save(_ products: [Product]) throws {
    if !products.isEmpty { try renewCatalogStamp() }
    try connection.runBatch(Self.saveProductStatement, count: products.count) { index, binder in
      let product = products[index]
      for column in Product.Column.all { try product.bind(column, to: binder) }
    }
  }

  private static let saveProductStatement: SQLText = {
    let names = Product.Column.all.names
    return SQLText(
      constant:
        "\(SQL.insert(into: "products", names)) ON CONFLICT (sku) DO UPDATE SET \(SQL.takeExcluded(Array(names.dropFirst())))"
    )
  }()

  /// The whole catalogue, by sku.
  package func products() throws -> [ExactText: Product] {
    var products: [ExactText: Product] = [:]
    try connection.query(Self.productsStatement) { row in
      let product = Product(row)
      products[product.sku] = product
    }
    return products
  }

  private static let productsStatement = SQLText(
    constant: "SELECT \(SQL.list(Product.Column.all.names)) FROM products")
}

extension Product {
  fileprivate enum Column: Int, TableColumn {
    case sku, name, url, image, price, currency, cycleDays

    static let all = allCases
  }

  fileprivate init(_ row: borrowing Row) {
    let currency = row.optionalString(Column.currency).flatMap { Currency($0) }
    let price = row.optionalInt64(Column.price)
    self.init(
      sku: row.string(Column.sku), name: row.optionalString(Column.name),
      url: row.optionalString(Column.url), image: row.optionalString(Column.image),
      price: currency.flatMap { currency in price.map { Money(minorUnits: $0, currency: currency) } },
      cycleDays: row.optionalDouble(Column.cycleDays))
  }

  fileprivate func bind(_ column: Column, to binder: any SQLBinder) throws {
    switch column {
    case .sku: try binder.bind(sku)
    case .name: try binder.bind(name)
    case .url: try binder.bind(url)
    case .image: try binder.bind(image)
    case .price: try binder.bind(price?.minorUnits)
    case .currency: try binder.bind(price?.currency.code)
    case .cycleDays: try binder.bind(cycleDays)
    }
  }
}
