import Domain
import Testing

@testable import Store

@Suite struct TableColumnTests {
  @Test func `a column has the name of its case in snake_case`() {
    #expect(Customer.Column.firstName.name == "first_name")
    #expect(Order.Column.cartID.name == "cart_id")
    #expect(Event.Column.messageID.name == "message_id")
    #expect(MessageContent.Column.unsubscribeURL.name == "unsubscribe_url")
    #expect(Enrollment.Column.key.name == "key")
  }

  @Test func `statements list columns in the order of the cases`() {
    #expect(SQL.list(Cart.Column.all.names) == "id, url, changes, base")
    #expect(SQL.list(["id", "url"], of: "c") == "c.id, c.url")
    #expect(
      SQL.insert(into: "carts", Cart.rowNames)
        == "INSERT INTO carts (id, url, changes, base, customer) VALUES (?1, ?2, ?3, ?4, ?5)")
    #expect(SQL.assign(["url", "base"], from: 2) == "url = ?2, base = ?3")
    #expect(SQL.takeExcluded(["url", "base"]) == "url = excluded.url, base = excluded.base")
  }

  @Test func `what a claim reads of the content stands behind its own columns`() {
    let names = ClaimedMessage.Column.selected.split(separator: ", ").map { String($0) }
    #expect(names.first == "m.key")
    #expect(names[ClaimedMessage.Column.consent.rawValue] == "c.consent")
    #expect(names[ClaimedMessage.Column.timeZone.rawValue] == "c.time_zone")
    // `COALESCE(m.recipient, m.address)` holds a comma of its own.
    #expect(names[ClaimedMessage.Column.content] == "COALESCE(m.recipient")
    #expect(names.last == "m.purpose")
  }
}
