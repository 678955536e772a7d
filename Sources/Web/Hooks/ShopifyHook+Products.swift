internal import Domain
internal import Platform

extension ShopifyHook {
  /// https://shopify.dev/docs/api/admin-rest/latest/resources/product: each variant becomes a product, whose
  /// parent is Shopify's product. Prices are in the shop's currency.
  ///
  /// Shopify also sends this when a variant is sold, with the remaining stock.
  func product(_ product: JSONObject, _ reading: inout HookReading) {
    guard let parent = product.id("id"), product["variants"] != nil else {
      return reading.leave("is no product")
    }
    var shared = Product(sku: "", category: product.text("product_type", limit: Product.maximumBytes))
    shared.parent = parent
    shared.isAvailable =
      (product.text("status") ?? "active") == "active" && product.text("published_at") != nil
    shared.launchedAt = product.text("published_at").flatMap { Instant(iso8601: $0) }
    shared.toldAt = (product.text("updated_at") ?? product.text("created_at")).flatMap {
      Instant(iso8601: $0)
    }
    if let handle = product.text("handle"), let shop = context.shopURL {
      shared.url = "\(shop)/products/\(PercentEncoding.encode(handle))"
    }
    if let tags = product.text("tags") {
      shared.tags = Array(
        tags.split(separator: ",").map { String($0.withoutSpaces) }
          .filter { !$0.showsNothing && $0.utf8.count <= Product.maximumBytes }.prefix(Product.maximumTags))
    }
    let title = product.text("title")
    for variant in product.objects("variants") {
      guard let sku = variant.text("sku", limit: Product.maximumBytes) ?? variant.id("id") else { continue }
      var told = shared
      told.sku = sku
      let variety = variant.text("title").flatMap { $0 == "Default Title" ? nil : $0 }
      let name = [title, variety].compactMap(\.self).joined(separator: " - ")
      told.name = name.utf8.count <= TextLimits.name ? name.unlessEmpty : title
      told.price = context.money(variant["price"])
      told.listPrice = context.money(variant["compare_at_price"])
      told.image = image(of: variant, in: product)
      // Without it, Shopify does not track stock.
      if variant.text("inventory_management") != nil {
        told.stock = variant["inventory_quantity"]?.integerValue
      }
      reading.products.append(told)
    }
    if reading.products.isEmpty { reading.leave("a product without a variant") }
  }

  private func image(of variant: JSONObject, in product: JSONObject) -> String? {
    let own = variant.id("image_id").flatMap { id in product.objects("images").first { $0.id("id") == id } }
    return (own ?? product.object("image"))?.text("src", limit: TextLimits.url)
  }
}
