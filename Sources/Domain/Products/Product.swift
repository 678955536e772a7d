/// A product of the shop's catalogue, as far as messages, offers and triggers need it.
package struct Product: Equatable, Sendable {
  package var sku: String
  package var name: String?
  package var url: String?
  package var image: String?
  package var price: Money?
  /// The price without a markdown; in the currency of the price if both are known.
  package var listPrice: Money?
  /// The shop's own cost per piece; in the currency of the price if both are known.
  package var cost: Money?
  /// Days that one piece lasts; `nil` if unknown. Above 0.
  package var cycleDays: Double?
  /// The shop's own category, compared by bytes.
  package var category: String?
  /// The product of which this is a variant, such as a size or colour; `nil` if it is not one.
  package var parent: String?
  /// Whether it can be bought; `nil` if not given, but `stock` may tell.
  package var isAvailable: Bool?
  /// Pieces in stock; may be negative if the shop sells ahead. `nil` if not given.
  package var stock: Int64?
  /// When it was first sold.
  package var launchedAt: Instant?
  /// At most `maximumTags`, each at most `maximumBytes` long.
  package var tags: [String]
  /// The time as of which the shop reported this; `nil` if it did not say.
  package var toldAt: Instant?

  package static let maximumTags = 50
  /// Maximum length of a category, a parent's SKU and a tag.
  package static let maximumBytes = 255

  package init(
    sku: String, name: String? = nil, url: String? = nil, image: String? = nil, price: Money? = nil,
    listPrice: Money? = nil, cost: Money? = nil, cycleDays: Double? = nil, category: String? = nil,
    parent: String? = nil, isAvailable: Bool? = nil, stock: Int64? = nil, launchedAt: Instant? = nil,
    tags: [String] = [], toldAt: Instant? = nil
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
    self.toldAt = toldAt
  }
}
