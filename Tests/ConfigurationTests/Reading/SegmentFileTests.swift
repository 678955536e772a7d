import Configuration
import Decisioning
import Domain
import Testing

/// What may stand in segments/, and what is wrong with the rest.
struct SegmentFileTests {
  private func shop(_ files: [String: String]) -> ShopDirectory {
    let shop = ShopDirectory()
    for (name, text) in files { shop.write("segments/\(name).yaml", text) }
    return shop
  }

  private func headlines(who: String, stay: String? = nil) -> [String] {
    let stay = stay.map { "\nstay: \($0)" } ?? ""
    return shop(["s": "segment: s\nwho: \(who)\(stay)\n"]).headlines().map {
      $0.replacing("config/segments/s.yaml:", with: "")
    }
  }

  @Test func `the example of the handbook loads`() throws {
    let shop = shop([
      "slipping": """
      segment: slipping_regulars
      who:
        all:
          - customer.orders_count >= 3
          - {event: page_viewed, at_least: 2, within: 30d, where: "event.path contains '/tea/'"}
          - {orders: {at_least: 1, within: 365d, where: "order.total >= 100"}}
          - {bought: [longjing-100], within: 180d}
          - {message: {trigger: win_back, was: sent}, within: 30d}
          - any: [has customer.level, {not: {orders: {at_most: 0, since: 2026-11-01}}}]
          - {segment: complained, is: false}
      stay: 7d

      """,
      "complained": "segment: complained\nwho: {event: complaint_opened, within: 90d}\n",
    ])
    #expect(shop.headlines() == [])
    let audience = try #require(shop.load().loaded).draft.audience
    #expect(audience.rules.map(\.segment.id) == ["complained", "slipping_regulars"])
    #expect(audience.rules.last?.segment.stay == .days(7))
    #expect(audience.eventNames == ["page_viewed", "complaint_opened"])
    #expect(audience.messageTriggers == ["win_back"])
  }

  @Test(arguments: [
    ("{all: []}", "2:12: error: 'all' has 0 items; give at least 1"),
    ("{any: []}", "2:12: error: 'any' has 0 items; give at least 1"),
    (
      "{not: [customer.email, customer.phone]}",
      "2:12: error: 'not' has 2 conditions; write not: {any: [...]} for none of them, or not: {all: [...]} for not all of them"
    ),
    ("{not: []}", "2:12: error: 'not' has 0 conditions; give one"),
    (
      "[customer.email]",
      "2:6: error: 'who' must be a condition such as customer.orders_count >= 3, or a mapping such as {all: [...]}, not a list; write {all: [...]}"
    ),
    ("{al: [customer.email]}", "2:7: error: unknown key 'al' in condition; did you mean 'all'?"),
    (
      "{event: page_viewed, at_least: 0}",
      "2:37: error: 'at_least' must be a whole number from 1 to 1000, not '0'"
    ),
    (
      "{event: page_viewed, at_least: -2}",
      "2:37: error: 'at_least' must be a whole number from 1 to 1000, not '-2'"
    ),
    (
      "{event: page_viewed, at_most: -1}",
      "2:36: error: 'at_most' must be a whole number from 0 to 999, not '-1'"
    ),
    (
      "{event: page_viewed, at_least: 3, at_most: 2}",
      "2:49: error: at most 2 is never at least 3; exchange them, or remove one"
    ),
    (
      "{event: page_viewed, within: 30d, since: 2026-11-01}",
      "2:47: error: 'within' and 'since' cannot stand together; keep one"
    ),
    (
      "{event: page_viewed, since: yesterday}",
      "2:34: error: 'since' must be a date such as 2026-11-01, not 'yesterday'"
    ),
    (
      "{event: page_viewed, within: 500d}",
      "2:35: error: this counts the events of 500d, and retention is 400d; set retention to 500d or more, or shorten the window"
    ),
    (
      "{message: {trigger: win_back, was: sent}, within: 401d}",
      "2:56: error: this counts the messages of 401d, and retention is 400d; set retention to 401d or more, or shorten the window"
    ),
    (
      "{message: {trigger: win_back, was: clicked}, within: 30d}",
      "2:41: error: whether a message was clicked is not recorded yet; sent and bounced are"
    ),
    (
      "{message: {trigger: win_back, was: delivered}, within: 30d}",
      "2:41: error: whether a message was delivered is not recorded yet; sent and bounced are"
    ),
    (
      "{message: {trigger: winback, was: sent}, within: 30d}",
      "2:26: error: there is no trigger 'winback'; did you mean 'win_back'?"
    ),
    (
      "{event: order_completed, at_least: 2}",
      "2:14: error: 'order_completed' tells of an order, and orders are counted as they stand; write {orders: {at_least: 1}}"
    ),
    (
      "{segment: s}",
      "2:16: error: segment 's' asks for itself; let one of them say without the other who is in it"
    ),
    ("{segment: t}", "2:16: error: there is no segment 't'; make segments/t.yaml"),
    (
      "{event: page_viewed, where: \"evnt.path == 'x'\"}",
      "2:35: error: unknown variable 'evnt'; did you mean 'event'?"
    ),
    (
      "{event: page_viewed, where: \"customer.level == 'x'\"}",
      "2:35: error: unknown variable 'customer'; there are event"
    ),
    (
      "{orders: {where: \"order.total == 'much'\"}}",
      "2:24: error: 'order.total' is money, and \"much\" is text; compare it with a number such as 3"
    ),
    ("{bought: [], within: 3d}", "2:15: error: 'bought' has 0 items; give at least 1"),
    ("customer.orders_count >=", "2:30: error: expected a value, found the end of the tag"),
    (
      "customer.ordrs_count >= 3",
      "2:15: error: unknown property 'ordrs_count' of 'customer'; did you mean 'orders_count'?"
    ),
    (
      "has customer.level > 3",
      "2:6: error: 'has' asks for one name; write has customer.level, and other conditions beside it"
    ),
    (
      "customer.segments contains 'x'",
      "2:6: error: a segment asks for others by name; write {segment: NAME}, or {segment: NAME, is: false}"
    ),
  ])
  func `what cannot be meant is refused where it stands`(who: String, headline: String) {
    #expect(headlines(who: who) == [headline])
  }

  @Test func `segments do not ask for each other in a circle`() {
    let shop = shop([
      "a": "segment: a\nwho: {segment: b}\n",
      "b": "segment: b\nwho: {all: [customer.email, {not: {segment: c}}]}\n",
      "c": "segment: c\nwho: {segment: a, is: false}\n",
    ])
    #expect(
      shop.headlines() == [
        "config/segments/a.yaml:2:16: error: segments ask for each other in a circle: 'a' asks for 'b' asks for 'c' asks for 'a'; let one of them say without the other who is in it"
      ])
  }

  @Test func `two files of one segment are one too many, and a near name is suggested`() {
    let shop = shop([
      "a": "segment: buyers\nwho: customer.email\n", "b": "segment: buyers\nwho: {segment: buyer}\n",
    ])
    #expect(
      shop.headlines() == [
        "config/segments/b.yaml:1:10: error: segment 'buyers' stands in config/segments/a.yaml already; give it another name",
        "config/segments/b.yaml:2:16: error: there is no segment 'buyer'; did you mean 'buyers'?",
      ])
  }

  @Test func `a list has at most a thousand products`() {
    let list = (0...1000).map { "p\($0)" }.joined(separator: ", ")
    #expect(
      headlines(who: "{bought: [\(list)]}") == ["2:15: error: 'bought' has 1001 items; give at most 1000"])
  }

  @Test func `millions of ids are more than a file may hold`() {
    let list = String(repeating: "c100001, ", count: 130_000)
    let shop = shop(["s": "segment: s\nwho: {bought: [\(list)c1]}\n"])
    #expect(shop.headlines() == ["config/segments/s.yaml: error: the file has more than 1048576 bytes"])
  }

  @Test func `triggers know the segments and measures that there are`() {
    let shop = shop(["s": "segment: buyers\nwho: {orders: {at_least: 1}}\n"])
    shop.change("reprise.yaml", "channels:", to: "measures: {spent: {sum: orders, within: 90d}}\nchannels:")
    shop.write(
      "triggers/win-back.yaml",
      "trigger: win_back\nwhen: {lapsed: 90d}\naudience: \"customer.segments contains 'buyers' and customer.spent >= 5\"\nsteps:\n  - {channel: email, template: winback/miss-you}\n"
    )
    #expect(shop.headlines() == [])
    shop.change("triggers/win-back.yaml", "customer.spent >= 5", to: "customer.spent contains 5")
    #expect(
      shop.headlines() == [
        "config/triggers/win-back.yaml:3:52: error: 'customer.spent' is money, which contains nothing; compare it with ==, < or >"
      ])
  }

  @Test func `a segment that a trigger asks for and nobody has made is refused`() {
    let shop = shop(["s": "segment: buyers\nwho: {orders: {at_least: 1}}\n"])
    shop.write(
      "triggers/win-back.yaml",
      "trigger: win_back\nwhen: {lapsed: 90d}\naudience: \"customer.segments contains 'buyer'\"\nsteps:\n  - {channel: email, template: winback/miss-you}\n"
    )
    #expect(
      shop.headlines() == [
        "config/triggers/win-back.yaml:3:12: error: there is no segment 'buyer'; did you mean 'buyers'?"
      ])
  }

  @Test(arguments: [
    (
      "{% if customer.segments contains 'buyer' %}x{% endif %}",
      "there is no segment 'buyer'; did you mean 'buyers'?"
    ),
    (
      "{% for name in customer.segments %}{% if name == 'silent' %}x{% endif %}{% endfor %}",
      "there is no segment 'silent'; the only segment is 'buyers'"
    ),
    (
      "{% for name in customer.segments %}{% case name %}{% when 'buyerz' %}x{% endcase %}{% endfor %}",
      "there is no segment 'buyerz'; did you mean 'buyers'?"
    ),
    ("{% if customer.segments contains 'buyers' %}x{% endif %}", nil),
    ("{% if customer.segments contains customer.first_name %}x{% endif %}", nil),
  ])
  func `a template asks only for segments that there are`(text: String, expected: String?) {
    let shop = shop(["s": "segment: buyers\nwho: {orders: {at_least: 1}}\n"])
    shop.change(
      "templates/winback/miss-you.html.liquid", "Come back.", to: "Come back. " + text)
    let found = shop.headlines().map { $0.split(separator: ": ", maxSplits: 2).last.map(String.init) }
    #expect(found == (expected.map { [$0] } ?? []))
  }

  private func headlines(measures: String) -> [String] {
    let shop = ShopDirectory()
    shop.change("reprise.yaml", "channels:", to: "measures:\n  \(measures)\nchannels:")
    return shop.headlines()
  }

  @Test(arguments: [
    (
      "orders_count: {count: orders, within: 90d}",
      "config/reprise.yaml:12:3: error: customers have a 'orders_count' of their own; give the measure another name"
    ),
    (
      "stage: {count: orders}",
      "config/reprise.yaml:12:3: error: customers have a 'stage' of their own; give the measure another name"
    ),
    (
      "m: {sum: listened}",
      "config/reprise.yaml:12:12: error: 'sum' needs to know what of 'listened' to add up; name a property: of: minutes"
    ),
    (
      "m: {sum: orders, of: total}",
      "config/reprise.yaml:12:24: error: 'of' names a property of events; of orders what they come to is added up; remove it"
    ),
    (
      "m: {count: listened, within: 900d}",
      "config/reprise.yaml:12:32: error: this counts the events of 900d, and retention is 400d; set retention to 900d or more, or shorten the window"
    ),
    (
      "m: {count: order_refunded}",
      "config/reprise.yaml:12:14: error: 'order_refunded' tells of an order, and orders are counted as they stand; write {orders: {at_least: 1}}"
    ),
    (
      "m: {within: 3d}",
      "config/reprise.yaml:12:6: error: measure needs one of 'count' or 'sum'; for example {count: orders}"
    ),
    (
      "M: {count: orders}",
      "config/reprise.yaml:12:3: error: the measure name must be a name such as win_back, not 'M'; write 'm'"
    ),
  ])
  func `a measure that means nothing is refused`(text: String, headline: String) {
    #expect(headlines(measures: text) == [headline])
  }
}
