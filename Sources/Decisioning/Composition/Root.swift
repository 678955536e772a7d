package import Templates

/// A name that a template or condition can begin a path with.
package struct Root: Sendable {
  package let name: String
  private let makeShape: @Sendable () -> TemplateSchema.Shape

  /// - Parameter shape: made when a template is checked, never when a message is.
  package init(_ name: String, shape: @escaping @Sendable () -> TemplateSchema.Shape) {
    self.name = name
    makeShape = shape
  }

  /// What the name holds.
  package var shape: TemplateSchema.Shape { makeShape() }

  static let customer = Root("customer") { CustomerObject.definition.shape }
  static let brand = Root("brand") { BrandObject.definition.shape }
  static let trigger = Root("trigger") { TriggerObject.definition.shape }
  /// Every trigger offers these; a kind adds its own.
  static let common: [Root] = [.customer, .brand, .trigger]

  package static let order = Root("order") { OrderObject.definition.shape }
  static let cart = Root("cart") { CartObject.definition.shape }
  static let products = Root("products") { .list(ProductObject.definition.shape) }
  static let event = Root("event") { EventObject.definition.shape }
  static let anniversary = Root("anniversary") { AnniversaryObject.definition.shape }

  /// What the kinds of trigger that the program knows offer, one or another.
  static let offered: [Root] = [.order, .cart, .products, .event, .anniversary]

  /// The one-click address of this customer and channel; in marketing messages only.
  static let unsubscribeURL = Root("unsubscribe_url") { .scalar }
}
