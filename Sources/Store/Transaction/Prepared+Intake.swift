package import Domain
internal import Platform

/// An event with its properties already encoded.
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

  func bind(_ column: Event.Column, to binder: any SQLBinder) throws {
    switch column {
    case .messageID: try binder.bind(messageID)
    case .name: try binder.bind(name.rawValue)
    case .at: try binder.bind(at)
    case .receivedAt: try binder.bind(receivedAt)
    case .properties: try properties.withUnsafeBytes { try binder.bind(utf8: $0) }
    }
  }
}

/// An order with its lines already encoded.
package struct PreparedOrder: Sendable {
  let order: Order
  let lines: String

  package init(_ order: Order) {
    self.order = order
    lines = order.storedLines
  }

  func bind(_ column: Order.Column, to binder: any SQLBinder) throws {
    try order.bind(column, lines: lines, to: binder)
  }
}

/// A cart with its changes already encoded.
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

  func bind(_ column: Cart.Column, to binder: any SQLBinder) throws {
    switch column {
    case .id: try binder.bind(id)
    case .url: try binder.bind(url)
    case .changes: try binder.bind(changes)
    case .base: try binder.bind(base)
    }
  }
}

/// An enrollment with its subject and steps already encoded.
package struct PreparedEnrollment: Sendable {
  package let enrollment: Enrollment
  let subject: String
  let doneSteps: String

  package init(_ enrollment: Enrollment) {
    self.enrollment = enrollment
    subject = enrollment.subject.stored
    doneSteps = enrollment.storedSteps
  }

  func bind(_ column: Enrollment.Column, to binder: any SQLBinder) throws {
    try enrollment.bind(column, subject: subject, doneSteps: doneSteps, to: binder)
  }
}
