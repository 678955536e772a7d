package import Domain
internal import Platform

extension Transaction {
  /// Adds products to the catalogue; existing SKUs take the new values.
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

  /// The whole catalogue, by SKU.
  package func products() throws -> [ExactText: Product] {
    var products: [ExactText: Product] = [:]
    try connection.query(Self.productsStatement) { row in
      let product = try Product(row)
      products[product.sku] = product
    }
    return products
  }

  private static let productsStatement = SQLText(
    constant: "SELECT \(SQL.list(Product.Column.all.names)) FROM products")
}
