package import Templates

/// A name that paths in templates and conditions can start with.
package struct Root: Sendable {
  package let name: String
  private let makeShape: @Sendable () -> TemplateSchema.Shape
  private let makeMembers: @Sendable () -> [Member]

  /// - Parameter shape: called when a template is checked, never when a message is rendered.
  package init(_ name: String, shape: @escaping @Sendable () -> TemplateSchema.Shape) {
    self.name = name
    makeShape = shape
    makeMembers = { [] }
  }

  private init<Source>(
    _ name: String, _ definition: @escaping @Sendable () -> ObjectDefinition<Source>, isList: Bool = false
  ) {
    self.name = name
    makeShape = { isList ? .list(definition().shape) : definition().shape }
    makeMembers = { definition().members }
  }

  /// The shape of its value.
  package var shape: TemplateSchema.Shape { makeShape() }
  /// Its members in order, for the reference.
  var members: [Member] { makeMembers() }

  package static let customer = Root("customer", { CustomerObject.definition })
  static let brand = Root("brand", { BrandObject.definition })
  static let trigger = Root("trigger", { TriggerObject.definition })
  /// Offered by every trigger; a kind adds its own.
  static let common: [Root] = [.customer, .brand, .trigger]

  package static let order = Root("order", { OrderObject.definition })
  static let cart = Root("cart", { CartObject.definition })
  static let products = Root("products", { ProductObject.definition }, isList: true)
  static let event = Root("event", { EventObject.definition })
  static let orderEvent = Root("event", { OrderEventObject.definition })
  static let anniversary = Root("anniversary", { AnniversaryObject.definition })

  /// The names that some kinds of triggers offer.
  static var offered: [Root] { TriggerKinds.all.flatMap { $0.samples }.flatMap(\.kind.offers) }

  /// The one-click link of this customer and channel; only in marketing messages.
  static let unsubscribeURL = Root("unsubscribe_url") { .value(.text) }
}
