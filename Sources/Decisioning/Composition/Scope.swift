import Domain
import Synchronization
import Templates

/// The values behind the names of `Root` for one firing of one trigger: each built when it is first asked
/// for, once.
///
/// One scope serves a whole decision: the audience, and every half of the template.
final class Scope: Sendable {
  let program: Program
  let trigger: Trigger
  private let shared: Shared<CustomerState>
  let catalog: Catalog
  let subject: Subject
  let now: Instant

  private let built = Mutex<[(root: Root, value: Value?)]>([])

  init(
    program: Program, trigger: Trigger, state: Shared<CustomerState>, catalog: Catalog, subject: Subject,
    now: Instant
  ) {
    self.program = program
    self.trigger = trigger
    shared = state
    self.catalog = catalog
    self.subject = subject
    self.now = now
  }

  var state: CustomerState { shared.value }

  /// `nil` for a name that this firing does not have.
  func value(_ name: String) -> Value? {
    guard let root = Root(word: name) else { return nil }
    if let known = built.withLock({ $0.first { $0.root == root } }) { return known.value }
    let value = build(root)
    built.withLock { $0.append((root, value)) }
    return value
  }

  private func build(_ root: Root) -> Value? {
    switch (root, subject) {
    case (.customer, _): CustomerObject.value(of: shared, program: program)
    case (.brand, _): .object(BrandObject.definition.record(program.brand))
    case (.trigger, _): .object(TriggerObject.definition.record(trigger))
    case (.order, .order(let id)):
      shared.value.orders.order(id).map {
        .object(OrderObject.definition.record(OrderObject.Source(order: $0, catalog: catalog)))
      }
    case (.cart, .cart(let id)): cart(id)
    case (.products, .products(let products)):
      .array(ProductObject.sources(products, in: self).map { .object(ProductObject.definition.record($0)) })
    case (.event, _): event
    case (.anniversary, .anniversary(let year)): anniversary(year)
    default: nil
    }
  }

  private func cart(_ id: String) -> Value? {
    guard let cart = shared.value.carts.first(where: { $0.id.hasSameBytes(as: id) }),
      let filling = Filling(of: cart, orders: shared.value.orders, trigger.endsWith)
    else { return nil }
    return .object(
      CartObject.definition.record(
        CartObject.Source(cart: cart, filling: filling, catalog: catalog, currency: program.brand.currency)))
  }

  private var event: Value? {
    switch (trigger.when, subject) {
    case (.event, .event(let id)):
      return state.events.first { $0.messageID.hasSameBytes(as: id) }.map {
        .object(
          EventObject.definition.record(
            EventObject.Source(name: $0.name, at: $0.at, properties: $0.properties), extra: $0.properties))
      }
    case (.event(let rule), .order(let id)):
      guard let order = state.order(id), let at = EventPlanner.time(of: rule.name, in: order) else {
        return nil
      }
      return .object(
        EventObject.definition.record(EventObject.Source(name: rule.name, at: at, properties: Record())))
    default: return nil
    }
  }

  private func anniversary(_ year: Int) -> Value? {
    guard case .anniversary(let rule) = trigger.when else { return nil }
    let zone = program.zone(of: state.customer)
    guard
      let (anniversary, origin) = rule.of.anniversary(of: state.customer, leapDay: rule.leapDay, zone: zone),
      let date = anniversary.date(in: year)
    else { return nil }
    return .object(
      AnniversaryObject.definition.record(
        AnniversaryObject.Source(field: rule.of, date: zone.startOfDay(of: date), year: year, origin: origin))
    )
  }
}

extension Scope {
  /// What conditions and templates see.
  ///
  /// - Parameter unsubscribeURL: given where a message is composed.
  func renderContext(unsubscribeURL: String? = nil) -> RenderContext {
    let zone = program.zone(of: shared.value.customer)
    let environment = RenderEnvironment(
      now: now, locale: shared.value.customer.locale ?? program.brand.locale,
      currency: program.brand.currency,
      localTime: { instant in
        let local = zone.localDateTime(at: instant)
        return LocalTime(instant, offsetSeconds: local.offsetSeconds, zoneName: local.abbreviation)
      })
    return RenderContext(
      lazyRoot: { name in
        name == Root.unsubscribeURL.rawValue ? unsubscribeURL.map { .string($0) } : self.value(name)
      },
      environment: environment, library: program.partials)
  }
}

extension Scope {
  /// The variables of a condition with what they are for this firing.
  func values(of condition: Condition) -> [(name: String, value: Value)] {
    condition.values(renderContext())
  }

  /// What a condition says about this firing.
  func evaluate(_ condition: Condition) -> Result<Bool, RenderError> {
    do throws(RenderError) {
      return .success(try condition.evaluate(renderContext()))
    } catch {
      return .failure(error)
    }
  }
}
