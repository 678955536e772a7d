internal import Domain
package import Templates

/// The data for request templates and programs besides a message's texts: its recipient and origin, and for
/// channels without a body format of their own also its subject.
package enum MessageData {
  static func record(for question: borrowing Question, medium: Medium) -> Record {
    let customer = question.customer
    var person: Record = ["id": .string(customer.id)]
    if let firstName = customer.firstName { person["first_name"] = .string(firstName) }
    if let lastName = customer.lastName { person["last_name"] = .string(lastName) }
    var data: Record = [
      "trigger": .string(question.trigger.id.rawValue), "step": .string(question.step.id.rawValue),
      "occurrence": .string(question.enrollment.occurrence), "customer": .object(person),
    ]
    guard medium == .text else { return data }
    for root in question.trigger.when.offers {
      if let value = question.scope.value(root.name) { data[root.name] = value }
    }
    return data
  }

  /// The names that `record` may contain. A channel serves many triggers, which offer different names: all of them are
  /// allowed.
  package static func roots(
    _ medium: Medium, of kinds: [any TriggerKind]
  ) -> [ExactText: TemplateSchema.Shape] {
    var roots: [ExactText: TemplateSchema.Shape] = [
      "trigger": .value(.text), "step": .value(.text), "occurrence": .value(.text),
      "customer": .object(["id": .value(.text), "first_name": .value(.text), "last_name": .value(.text)]),
    ]
    guard medium == .text else { return roots }
    for root in Root.offered + kinds.flatMap(\.offers) {
      // Keep the more permissive shape: an event about an order has fewer known properties than others.
      if case .extensible? = roots[ExactText(root.name)] { continue }
      roots[ExactText(root.name)] = root.shape
    }
    return roots
  }
}
