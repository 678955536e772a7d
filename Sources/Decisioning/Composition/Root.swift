import Domain

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
  /// The one-click address of this customer and channel; a part of messages only, and only of marketing.
  case unsubscribeURL = "unsubscribe_url"

  /// What the name holds.
  var shape: Shape {
    switch self {
    case .customer: CustomerObject.definition.shape
    case .brand: BrandObject.definition.shape
    case .trigger: TriggerObject.definition.shape
    case .order: OrderObject.definition.shape
    case .cart: CartObject.definition.shape
    case .products: .list(of: ProductObject.definition.shape)
    case .event: EventObject.definition.shape
    case .anniversary: AnniversaryObject.definition.shape
    case .unsubscribeURL: .text
    }
  }

  /// The names that a trigger's conditions may use.
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

  /// The names that a trigger's templates may use.
  static func offered(by when: When, purpose: Purpose) -> [Root] {
    offered(by: when) + (purpose == .marketing ? [.unsubscribeURL] : [])
  }
}
