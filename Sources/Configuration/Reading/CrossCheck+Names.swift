internal import Decisioning
internal import Domain
internal import Templates

/// Collecting the names that only the shop's data can confirm.
extension CrossCheck {
  mutating func question(_ condition: PlacedCondition, _ kind: any TriggerKind) {
    for name in condition.value.openNames(schema: kind.conditionSchema(customerNames)) {
      question(name, kind, at: condition.place.diagnostic(name))
    }
    if let event = kind.ownEvent, condition.value.variables.contains(where: Self.isOfOrder) {
      names.append(
        .order(of: event), at: Diagnostic(file: condition.place.file, span: condition.place.span, message: "")
      )
    }
  }

  private static func isOfOrder(_ path: ExactText) -> Bool {
    path.text.hasSameBytes(as: Root.order.name) || path.text.hasPrefix("\(Root.order.name).")
  }

  /// - Parameter name: the step's `template`.
  mutating func question(_ part: TemplateSource.Part, _ trigger: Trigger, at name: Located<String>) {
    let library = templates.partials(for: part.half)
    if let event = trigger.when.ownEvent,
      part.template.variables(library: library).contains(where: Self.isOfOrder)
    {
      names.append(.order(of: event), at: name.diagnostic(""))
    }
    for name in part.template.openNames(schema: trigger.templateSchema(customerNames), library: library) {
      question(name, trigger.when, at: part.place?.diagnostic(name) ?? Diagnostic(name))
    }
  }

  private mutating func question(
    _ found: TemplateDiagnostic, _ kind: any TriggerKind, at place: Diagnostic
  ) {
    guard case .openName(let name, let root, _, _) = found.kind else { return }
    if root == Root.customer.name {
      question(found, at: place)
    } else if let event = kind.ownEvent {
      names.append(.property(EventProperty(event: event, name: ExactText(name))), at: place)
    }
  }

  /// An attribute of customers.
  mutating func question(_ found: TemplateDiagnostic, at place: Diagnostic) {
    guard case .openName(let name, _, let isApart, let near) = found.kind else { return }
    names.append(.attribute(name, isApart: isApart, near: near), at: place)
  }
}
