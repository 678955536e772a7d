package import Templates

/// A name that paths in templates and conditions can start with.
package struct Root: Sendable {
  package let name: String
  private let makeShape: @Sendable () -> TemplateSchema.Shape

  /// - Parameter shape: called when a template is checked, never when a message is rendered.
  package init(_ name: String, shape: @escaping @Sendable () -> TemplateSchema.Shape) {
    self.name = name
    makeShape = shape
  }

  /// The shape of its value.
  package var shape: TemplateSchema.Shape { makeShape() }

  static let customer = Root("customer") { CustomerObject.definition.shape }
  static let brand = Root("brand") { BrandObject.definition.shape }
  static let trigger = Root("trigger") { TriggerObject.definition.shape }
  /// Offered by every trigger; a kind adds its own.
  static let common: [Root] = [.customer, .brand, .trigger]

  package static let order = Root("order") { OrderObject.definition.shape }
  static let cart = Root("cart") { CartObject.definition.shape }
  static let products = Root("products") { .list(ProductObject.definition.shape) }
  static let event = Root("event") { EventObject.definition.shape }
  static let anniversary = Root("anniversary") { AnniversaryObject.definition.shape }

  /// Offered by some kinds of triggers.
  static let offered: [Root] = [.order, .cart, .products, .event, .anniversary]

  /// The one-click link of this customer and channel; only in marketing messages.
  static let unsubscribeURL = Root("unsubscribe_url") { .scalar }
}
