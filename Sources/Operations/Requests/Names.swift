package import Domain

/// Look up names in the shop's data, for `check`.
package struct NamesRequest: OperatorRequest {
  package typealias Answer = NamesAnswer
  package static let name = "names"
  package static let effect = RequestEffect.look

  package var attributes: [String]
  package var events: [String]
  package var properties: [Property]

  package init(attributes: [String] = [], events: [String] = [], properties: [Property] = []) {
    self.attributes = attributes
    self.events = events
    self.properties = properties
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    NamesRequest(
      attributes: try field.list("attributes", \.attributes), events: try field.list("events", \.events),
      properties: try field.list("properties", \.properties))
  }

  /// A property of the events with one name.
  package struct Property: JSONRecord {
    package var event: String
    package var name: String

    package init(event: String, name: String) {
      self.event = event
      self.name = name
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Property(event: try field("event", \.event), name: try field("name", \.name))
    }
  }
}

package struct NamesAnswer: JSONRecord {
  /// Names of customers' attributes; `nil` if there are no customers.
  package var attributes: [String]?
  /// Names of received events: those of the names asked about that are stored, and all names on the shop's list.
  package var events: [String]
  /// Properties of the events asked about that are stored.
  package var properties: [Event]

  package init(attributes: [String]?, events: [String], properties: [Event]) {
    self.attributes = attributes
    self.events = events
    self.properties = properties
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    NamesAnswer(
      attributes: try field.optional("attributes", \.attributes), events: try field("events", \.events),
      properties: try field("properties", \.properties))
  }

  package struct Event: JSONRecord {
    package var event: String
    package var names: [String]

    package init(event: String, names: [String]) {
      self.event = event
      self.names = names
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Event(event: try field("event", \.event), names: try field("names", \.names))
    }
  }
}

extension NamesRequest {
  package init(_ asked: NamesAsked) {
    self.init(
      attributes: asked.attributes.map(\.text).sorted(), events: asked.events.map(\.rawValue).sorted(),
      properties: asked.properties.map { Property(event: $0.event.rawValue, name: $0.name.text) }
        .sorted { ($0.event, $0.name) < ($1.event, $1.name) })
  }

  package var asked: NamesAsked {
    NamesAsked(
      attributes: Set(attributes.map { ExactText($0) }), events: Set(events.map { EventName($0) }),
      properties: Set(properties.map { EventProperty(event: EventName($0.event), name: ExactText($0.name)) }))
  }
}

extension NamesAnswer {
  package init(_ found: NamesFound) {
    self.init(
      attributes: found.attributes.map { $0.map(\.text).sorted() },
      events: found.events.map(\.rawValue).sorted(),
      properties: found.properties.map { Event(event: $0.key.rawValue, names: $0.value.map(\.text).sorted()) }
        .sorted { $0.event < $1.event })
  }

  package var found: NamesFound {
    NamesFound(
      attributes: attributes.map { Set($0.map { ExactText($0) }) }, events: Set(events.map { EventName($0) }),
      properties: Dictionary(
        properties.map { (EventName($0.event), Set($0.names.map { ExactText($0) })) }
      ) { first, _ in first })
  }
}
