/// List the work that crashed the program twice and is quarantined.
package struct QuarantineListRequest: OperatorRequest {
  package typealias Answer = QuarantineListAnswer
  package static let name = "quarantine-list"
  package static let effect = RequestEffect.look

  package init() {}

  package static func fields(_ field: inout JSONFields<Self>) -> Self { QuarantineListRequest() }
}

package struct QuarantineListAnswer: JSONRecord {
  package var items: [QuarantineItem]

  package init(items: [QuarantineItem]) { self.items = items }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineListAnswer(items: try field("quarantine", \.items))
  }
}

/// Retry quarantined work.
package struct QuarantineRetryRequest: OperatorRequest {
  package typealias Answer = QuarantineAnswer
  package static let name = "quarantine-retry"
  package static let effect = RequestEffect.change

  /// An item's number, or `all`.
  package var item: String

  package init(item: String) { self.item = item }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineRetryRequest(item: try field.given("item", \.item))
  }
}

/// Drop quarantined work for good: it is never decided, sent or read.
package struct QuarantineDropRequest: OperatorRequest {
  package typealias Answer = QuarantineAnswer
  package static let name = "quarantine-drop"
  package static let effect = RequestEffect.change

  /// An item's number, or `all`.
  package var item: String

  package init(item: String) { self.item = item }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineDropRequest(item: try field.given("item", \.item))
  }
}

/// The items affected, and what was done with them.
package struct QuarantineAnswer: JSONRecord {
  package enum Act: String, Sendable, CaseIterable, JSONRepresentable {
    case retry
    case drop
  }

  package var act: Act
  package var items: [QuarantineItem]

  package init(act: Act, items: [QuarantineItem]) {
    self.act = act
    self.items = items
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineAnswer(act: try field("act", \.act), items: try field("items", \.items))
  }
}

/// One quarantined piece of work.
package struct QuarantineItem: JSONRecord {
  /// The number operators use.
  package var item: Int64
  /// The kind of work: `enrollment`, `message`, `event` and so on.
  package var kind: String
  /// Identifies the work across restarts: a number, a message id or a digest.
  package var id: String
  /// The shop's id; `nil` if the customer is unknown.
  package var customer: String?
  /// `welcome, order o-1`; empty if unknown.
  package var about: String
  /// The signal of the last crash.
  package var signal: String
  /// How many times the program crashed while this was its only work.
  package var crashes: Int
  /// When it was quarantined.
  package var since: OffsetTime?

  package init(
    item: Int64, kind: String, id: String, customer: String?, about: String, signal: String, crashes: Int,
    since: OffsetTime?
  ) {
    self.item = item
    self.kind = kind
    self.id = id
    self.customer = customer
    self.about = about
    self.signal = signal
    self.crashes = crashes
    self.since = since
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineItem(
      item: try field("item", \.item), kind: try field("kind", \.kind), id: try field("id", \.id),
      customer: try field.nullable("customer", \.customer), about: try field("about", \.about),
      signal: try field("signal", \.signal), crashes: try field("crashes", \.crashes),
      since: try field.nullable("since", \.since))
  }
}
