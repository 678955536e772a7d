/// What ended the program twice and is set aside.
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

/// Try again what is set aside.
package struct QuarantineRetryRequest: OperatorRequest {
  package typealias Answer = QuarantineAnswer
  package static let name = "quarantine-retry"
  package static let effect = RequestEffect.change

  /// The number of one, or `all`.
  package var item: String

  package init(item: String) { self.item = item }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineRetryRequest(item: try field.given("item", \.item))
  }
}

/// Give up for good what is set aside: it is never decided, sent or read in.
package struct QuarantineDropRequest: OperatorRequest {
  package typealias Answer = QuarantineAnswer
  package static let name = "quarantine-drop"
  package static let effect = RequestEffect.change

  /// The number of one, or `all`.
  package var item: String

  package init(item: String) { self.item = item }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    QuarantineDropRequest(item: try field.given("item", \.item))
  }
}

/// What was done with which items.
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

/// One piece of work that is set aside.
package struct QuarantineItem: JSONRecord {
  /// What operators name it by.
  package var item: Int64
  /// The kind of work: `enrollment`, `message`, `event` and so on.
  package var kind: String
  /// What makes it the same work after a restart: a number, a message id, a digest.
  package var id: String
  /// The shop's id; `nil` when nobody knows whose it is.
  package var customer: String?
  /// `welcome, order o-1`; empty when nothing is known of it.
  package var about: String
  /// Of the last trap.
  package var signal: String
  /// How often it alone was in hand when the program ended.
  package var crashes: Int
  /// Since when it is set aside.
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
