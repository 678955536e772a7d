/// A product of the shop's catalogue, as far as messages, offers and triggers need it.
package struct Product: Equatable, Sendable {
  package var sku: String
  package var name: String?
  package var url: String?
  package var image: String?
  package var price: Money?
  /// What it costs without a markdown; in the currency of the price where both are known.
  package var listPrice: Money?
  /// What the shop pays for one piece; in the currency of the price where both are known.
  package var cost: Money?
  /// Days that one piece lasts; `nil` when unknown. Above 0.
  package var cycleDays: Double?
  /// The shop's own word, compared by its bytes.
  package var category: String?
  /// The product of which this is a size or colour; `nil` for one that is no variant.
  package var parent: String?
  /// Whether it can be bought; `nil` when the shop does not say, which `stock` may answer.
  package var isAvailable: Bool?
  /// Pieces at hand; may be below 0 where a shop sells ahead. `nil` when the shop does not say.
  package var stock: Int64?
  /// When it was first for sale.
  package var launchedAt: Instant?
  /// At most `maximumTags`, each at most `maximumBytes` long.
  package var tags: [String]

  package static let maximumTags = 50
  /// Of a category, a parent's sku and a tag.
  package static let maximumBytes = 255

  package init(
    sku: String, name: String? = nil, url: String? = nil, image: String? = nil, price: Money? = nil,
    listPrice: Money? = nil, cost: Money? = nil, cycleDays: Double? = nil, category: String? = nil,
    parent: String? = nil, isAvailable: Bool? = nil, stock: Int64? = nil, launchedAt: Instant? = nil,
    tags: [String] = []
  ) {
    self.sku = sku
    self.name = name
    self.url = url
    self.image = image
    self.price = price
    self.listPrice = listPrice
    self.cost = cost
    self.cycleDays = cycleDays
    self.category = category
    self.parent = parent
    self.isAvailable = isAvailable
    self.stock = stock
    self.launchedAt = launchedAt
    self.tags = tags
  }
}
