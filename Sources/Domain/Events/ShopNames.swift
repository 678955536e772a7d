/// Names of a configuration that only the shop's data can confirm.
package struct NamesAsked: Equatable, Sendable {
  package var attributes: Set<ExactText> = []
  package var events: Set<EventName> = []
  package var properties: Set<EventProperty> = []

  package init(
    attributes: Set<ExactText> = [], events: Set<EventName> = [], properties: Set<EventProperty> = []
  ) {
    self.attributes = attributes
    self.events = events
    self.properties = properties
  }
}

/// A property of the events of one name.
package struct EventProperty: Hashable, Sendable {
  package var event: EventName
  package var name: ExactText

  package init(event: EventName, name: ExactText) {
    self.event = event
    self.name = name
  }
}

/// What the shop's data says of the names that were asked about.
package struct NamesFound: Equatable, Sendable {
  /// Of customers: those asked about that any customer has, and those that the newest customers have. `nil` without
  /// any customer.
  package var attributes: Set<ExactText>?
  /// Of events that came: those asked about of which one is stored, and those on the shop's list.
  package var events: Set<EventName>
  /// Likewise of the stored events of each name asked about; a name without an event is missing.
  package var properties: [EventName: Set<ExactText>]

  package init(
    attributes: Set<ExactText>?, events: Set<EventName>, properties: [EventName: Set<ExactText>]
  ) {
    self.attributes = attributes
    self.events = events
    self.properties = properties
  }
}
