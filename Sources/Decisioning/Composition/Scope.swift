package import Domain
import Synchronization
import Templates

/// The values available to templates and conditions for one firing of a trigger, each built on first use.
///
/// One scope serves a whole decision: the audience, and every part of the template.
package final class Scope: Sendable {
  package let program: Program
  package let trigger: Trigger
  private let shared: Shared<CustomerState>
  package let catalog: Catalog
  /// The subject of the firing.
  package let subject: Subject
  package let now: Instant

  private let built = Mutex<[(name: String, value: Value?)]>([])

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

  package var state: CustomerState { shared.value }

  /// `nil` for a name that this firing does not have.
  package func value(_ name: String) -> Value? {
    if let known = built.withLock({ $0.first { $0.name == name } }) { return known.value }
    let value = build(name)
    built.withLock { $0.append((name, value)) }
    return value
  }

  private func build(_ name: String) -> Value? {
    switch name {
    case Root.customer.name:
      CustomerObject.value(of: shared, catalog: catalog, program: program, now: now)
    case Root.brand.name: .object(BrandObject.definition.record(program.brand))
    case Root.trigger.name: .object(TriggerObject.definition.record(trigger))
    default: trigger.when.value(of: name, in: self)
    }
  }

  /// `order`, for the kinds of triggers that offer it: the order the firing is about, or that its event names.
  package var order: Value? {
    guard let id = shared.value.orderID(of: subject) else { return nil }
    return shared.value.orders.order(id).map {
      .object(OrderObject.definition.record(OrderObject.Source(order: $0, catalog: catalog)))
    }
  }
}

extension Scope {
  /// The context for conditions and templates.
  ///
  /// - Parameter unsubscribeURL: given when a message is composed.
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
        name == Root.unsubscribeURL.name ? unsubscribeURL.map { .string($0) } : self.value(name)
      },
      environment: environment, library: program.partials)
  }
}

extension Scope {
  /// The variables of a condition with their values for this firing.
  func values(of condition: Condition) -> [(name: String, value: Value)] {
    condition.values(renderContext())
  }

  /// Evaluates a condition for this firing.
  func evaluate(_ condition: Condition) -> Result<Bool, RenderError> {
    do throws(RenderError) {
      return .success(try condition.evaluate(renderContext()))
    } catch {
      return .failure(error)
    }
  }
}
