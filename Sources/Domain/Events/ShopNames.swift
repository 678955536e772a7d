/// Names in a configuration that only the shop's data can confirm.
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

/// The result of looking up `NamesAsked` in the shop's data.
package struct NamesFound: Equatable, Sendable {
  /// Customers' attributes: those asked about that any customer has, and all of the newest customers. `nil` if there
  /// are no customers.
  package var attributes: Set<ExactText>?
  /// Names of received events: those asked about that are stored, and all on the shop's list.
  package var events: Set<EventName>
  /// The properties of each event asked about; an event that is not stored has no entry.
  package var properties: [EventName: Set<ExactText>]

  package init(
    attributes: Set<ExactText>?, events: Set<EventName>, properties: [EventName: Set<ExactText>]
  ) {
    self.attributes = attributes
    self.events = events
    self.properties = properties
  }
}
