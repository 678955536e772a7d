import Domain
import Templates

/// The names a template or condition can begin a path with.
enum Root: String, CaseIterable {
  case customer
  case brand
  case trigger
  case order
  case cart
  case products
  case event
  case anniversary
  /// The one-click address of this customer and channel; in marketing messages only.
  case unsubscribeURL = "unsubscribe_url"

  /// What the name holds.
  var shape: TemplateSchema.Shape {
    switch self {
    case .customer: CustomerObject.definition.shape
    case .brand: BrandObject.definition.shape
    case .trigger: TriggerObject.definition.shape
    case .order: OrderObject.definition.shape
    case .cart: CartObject.definition.shape
    case .products: .list(ProductObject.definition.shape)
    case .event: EventObject.definition.shape
    case .anniversary: AnniversaryObject.definition.shape
    case .unsubscribeURL: .scalar
    }
  }

  /// The names available when such a trigger fires.
  static func offered(by when: When) -> [Root] {
    let subject: [Root] =
      switch when {
      case .event(let rule): EventPlanner.readsOrders(rule.name) ? [.event, .order] : [.event]
      case .cartIdle: [.cart]
      case .runsOut: [.products]
      case .anniversary: [.anniversary]
      case .lapsed: [.order]
      }
    return [.customer, .brand, .trigger] + subject
  }
}
