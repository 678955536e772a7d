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

  /// The products with these SKUs; unknown ones are missing.
  package func products(skus: [String]) throws -> [ExactText: Product] {
    var products: [ExactText: Product] = [:]
    try connection.queryBatch(
      SQLText(constant: "SELECT \(SQL.list(Product.Column.all.names)) FROM products WHERE sku = ?1"),
      count: skus.count, bind: { try $1.bind(skus[$0]) }
    ) { index, row in products[skus[index]] = try Product(row) }
    return products
  }

  /// The variants of a product. Scans the whole catalogue.
  package func products(ofParent parent: String) throws -> [Product] {
    try connection.all(
      SQLText(
        constant: "SELECT \(SQL.list(Product.Column.all.names)) FROM products WHERE parent = ?1 ORDER BY sku"),
      [.text(parent)]
    ) { try Product($0) }
  }

  private static let productsStatement = SQLText(
    constant: "SELECT \(SQL.list(Product.Column.all.names)) FROM products")
}
