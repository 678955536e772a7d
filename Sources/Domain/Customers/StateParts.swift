/// The parts of the state that planning and deciding use: what an event touches, what a trigger reads and
/// what the store loads are all values of this type.
///
/// A set of bits and a set of event names. Sets without names are created and compared without allocating,
/// since intake does so for every event.
package struct StateParts: Hashable, Sendable {
  /// A part without a name of its own. Code that handles the parts one by one switches over this, so that a
  /// new one does not compile until it is loaded everywhere.
  ///
  /// In the order the store loads them: orders come after the enrollments, which name some of them.
  package enum Part: UInt8, CaseIterable, Sendable {
    /// The customer's fields and attributes, including zone and birthday; always loaded.
    case customer
    case carts
    case enrollments
    case orders
    /// The catalogue: `cycle_days` and the cycles learned over all customers. The same for every customer.
    case products
    /// Segments and what they count.
    case memberships
  }

  private var bits: UInt16 = 0
  /// The names of the events in the set.
  package private(set) var eventNames: Set<EventName> = []

  package init() {}

  package init(_ parts: Part..., eventNames: Set<EventName> = []) {
    self.eventNames = eventNames
    for part in parts { insert(part) }
  }

  /// All parts, and the events of these names.
  package static func everything(eventNames: Set<EventName>) -> StateParts {
    var parts = StateParts(eventNames: eventNames)
    for part in Part.allCases { parts.insert(part) }
    return parts
  }

  package var isEmpty: Bool { bits == 0 && eventNames.isEmpty }

  package func contains(_ part: Part) -> Bool { bits & part.bit != 0 }

  package mutating func insert(_ part: Part) { bits |= part.bit }

  package mutating func insert(event name: EventName) { eventNames.insert(name) }

  package mutating func formUnion(_ other: StateParts) {
    bits |= other.bits
    if !other.eventNames.isEmpty { eventNames.formUnion(other.eventNames) }
  }

  package func isDisjoint(with other: StateParts) -> Bool {
    bits & other.bits == 0
      && (eventNames.isEmpty || other.eventNames.isEmpty || eventNames.isDisjoint(with: other.eventNames))
  }
}

extension StateParts: ExpressibleByArrayLiteral {
  package init(arrayLiteral parts: Part...) {
    self.init()
    for part in parts { insert(part) }
  }
}

extension StateParts.Part {
  fileprivate var bit: UInt16 { 1 << rawValue }
}
