package import Domain
internal import Platform
internal import Templates

/// The names in a configuration that only the shop's data can confirm: customers' attributes, the shop's own events and
/// their properties.
package struct NamesInQuestion: Sendable {
  enum Name: Sendable {
    /// `isApart` if it is written below `customer.attributes`, and so can only be an attribute. `near` is a similar
    /// name of the program.
    case attribute(String, isApart: Bool, near: String?)
    case event(EventName)
    case property(EventProperty)
    /// Whether events of this name have an order's id.
    case order(of: EventName)
    /// A name that hides an attribute, should customers have one.
    case measure(String)
  }

  /// Each name with a diagnostic for its place, whose message is still empty.
  private var names: [(name: Name, place: Diagnostic)] = []

  mutating func append(_ name: Name, at place: Diagnostic) {
    if case .event(let name) = name, EventName.wellKnown.contains(name) { return }
    names.append((name, place))
  }

  package var isEmpty: Bool { names.isEmpty }

  /// The names to look up.
  package var asked: NamesAsked {
    var asked = NamesAsked()
    for (name, _) in names {
      switch name {
      case .attribute(let name, _, _), .measure(let name): asked.attributes.insert(ExactText(name))
      case .property(let property): asked.properties.insert(property)
      case .event(let name): asked.events.insert(name)
      case .order(let event):
        for name in PastEvent.orderNames {
          asked.properties.insert(EventProperty(event: event, name: ExactText(name)))
        }
      }
    }
    return asked
  }

  /// Warnings for names that the data does not have.
  ///
  /// - Parameter found: the result of the lookup; `nil` if it was not possible.
  package func warnings(_ found: NamesFound?) -> [Diagnostic] {
    names.compactMap { name, place in
      let told: (message: String, hint: String?)? =
        switch name {
        case .attribute(let name, let isApart, let near):
          Self.attribute(name, isApart: isApart, near: near, found?.attributes)
        case .event(let name): Self.event(name, found?.events)
        case .measure(let name): Self.measure(name, found?.attributes)
        case .property(let property): Self.property(property, found?.properties[property.event])
        case .order(let event): Self.order(of: event, found?.properties[event])
        }
      guard let told else { return nil }
      var warning = place
      warning.severity = .warning
      warning.message = told.message
      warning.hint = told.hint
      // The names that the trigger offers depend on the event.
      if case .event = name { warning.isCause = true }
      return warning
    }
  }

  private static func attribute(
    _ name: String, isApart: Bool, near: String?, _ found: Set<ExactText>?
  ) -> (message: String, hint: String?)? {
    if let found {
      if found.contains(ExactText(name)) { return nil }
      let known = isApart ? nil : near.map { "customer.\($0)" }
      let meant = known ?? NearestName.nearest(to: name, among: found.map(\.text))
      return (
        "no customer has '\(name)'",
        meant.map { "did you mean '\($0)'?" } ?? "it stays missing until the shop sends it"
      )
    }
    guard !isApart, let near else { return nil }
    return (
      "'\(name)' is no field of a customer, but may be an attribute",
      "did you mean 'customer.\(near)'? An attribute is surely customer.attributes.\(name)"
    )
  }

  private static func measure(
    _ name: String, _ found: Set<ExactText>?
  ) -> (message: String, hint: String?)? {
    guard let found, found.contains(ExactText(name)) else { return nil }
    return (
      "customers have an attribute '\(name)', which the measure hides",
      "the attribute is still customer.attributes.\(name); better give the measure another name"
    )
  }

  /// A shop may have its own events of any name, but a name that nearly equals a known one is more likely a typo.
  private static func event(_ name: EventName, _ found: Set<EventName>?) -> (message: String, hint: String?)?
  {
    let ours = EventName.wellKnown
    if found?.contains(name) == true { return nil }
    func near(_ names: some Collection<EventName>) -> String? {
      NearestName.nearest(to: name.rawValue, among: names.map(\.rawValue), slips: 2)
    }
    if let near = near(ours) {
      return ("'\(name)' is not an event that Reprise knows", "did you mean '\(near)'?")
    }
    guard let near = found.flatMap({ near($0) }) else { return nil }
    return ("no '\(name)' event has ever come", "did you mean '\(near)'?")
  }

  private static func order(
    of event: EventName, _ found: Set<ExactText>?
  ) -> (message: String, hint: String?)? {
    guard let found, !PastEvent.orderNames.contains(where: { found.contains(ExactText($0)) }) else {
      return nil
    }
    return (
      "no '\(event)' event has had '\(PastEvent.orderNames[0])', so there is no 'order'",
      "it stays missing until the shop sends it"
    )
  }

  private static func property(
    _ property: EventProperty, _ found: Set<ExactText>?
  ) -> (message: String, hint: String?)? {
    guard let found, !found.contains(property.name) else { return nil }
    return (
      "no '\(property.event)' event has had '\(property.name)'",
      NearestName.hint(for: property.name.text, among: found.map(\.text))
        ?? "it stays missing until the shop sends it"
    )
  }
}
