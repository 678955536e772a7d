package import Domain

/// An event with its properties written out.
package struct PreparedEvent: Sendable {
  let messageID: String
  let name: EventName
  let at: Instant
  let receivedAt: Instant
  let properties: [UInt8]

  package init(_ event: Event) {
    messageID = event.messageID
    name = event.name
    at = event.at
    receivedAt = event.receivedAt
    properties = event.properties.storedBytes
  }
}

/// An order with its lines written out.
package struct PreparedOrder: Sendable {
  let order: Order
  let lines: String

  package init(_ order: Order) {
    self.order = order
    lines = order.storedLines
  }
}

/// A cart with its changes written out.
package struct PreparedCart: Sendable {
  let id: String
  let url: String?
  let changes: String
  let base: String?

  package init(_ cart: Cart) {
    id = cart.id
    url = cart.url
    changes = cart.storedChanges
    base = cart.storedBase
  }
}

/// An enrollment with its subject and steps written out.
package struct PreparedEnrollment: Sendable {
  package let enrollment: Enrollment
  let subject: String
  let doneSteps: String

  package init(_ enrollment: Enrollment) {
    self.enrollment = enrollment
    subject = enrollment.subject.stored
    doneSteps = enrollment.storedSteps
  }
}
