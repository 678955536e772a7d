import Domain
import Support
import Templates
import Testing

@Suite struct ComparisonCheckTests {
  private static let schema = TemplateSchema([
    "customer": .extensible([
      "name": .value(.text), "count": .value(.number), "value": .value(.money), "seen": .value(.time),
      "tags": .list(.value(.text)), "attributes": .open,
    ]),
    "order": .object([
      "total": .value(.money), "lines": .list(.object(["sku": .value(.text), "price": .value(.money)])),
    ]),
  ])

  private func mistakes(ofCondition text: String) throws -> [String] {
    try Condition.parse(text, name: "file").check(schema: Self.schema).map(\.description)
  }

  private func mistakes(of text: String, partials: [String: String] = [:]) throws -> [String] {
    var library = TemplateLibrary()
    for (name, text) in partials { library[name] = try Template.parse(text, name: name, escape: .html) }
    return try Template.parse(text, name: "mail", escape: .html)
      .check(schema: Self.schema, library: library).map(\.description)
  }

  @Test(arguments: [
    (
      #"customer.value >= "200""#,
      #"file:1:1: 'customer.value' is money, and "200" is text; write 200 without quotes"#
    ),
    (
      #"customer.count == "3""#,
      #"file:1:1: 'customer.count' is a number, and "3" is text; write 3 without quotes"#
    ),
    (
      #""many" == customer.count"#,
      #"file:1:1: 'customer.count' is a number, and "many" is text; compare it with a number such as 3"#
    ),
    (
      "customer.name != 5",
      #"file:1:1: 'customer.name' is text, and 5 is a number; write "5" in quotes"#
    ),
    (
      "customer.seen > 2026",
      #"file:1:1: 'customer.seen' is a time, and 2026 is a number; compare it with a time in quotes, such as "2026-03-01""#
    ),
    (
      #"customer.seen > "soon""#,
      #"file:1:1: 'customer.seen' is a time, and "soon" tells none; write a time such as "2026-03-01" or "2026-03-01 18:30""#
    ),
    (
      "true == customer.count",
      "file:1:1: 'customer.count' is a number, and true is a truth value; compare it with a number such as 3"
    ),
    (
      "customer.value < customer.name",
      "file:1:1: 'customer.value' is money, and 'customer.name' is text; compare it with a number such as 3"
    ),
    (
      "customer.name == false",
      "file:1:1: 'customer.name' is text, and false is a truth value; compare it with text in quotes"
    ),
    (
      "customer.attributes.vip > true",
      "file:1:1: true is a truth value, which is neither more nor less than anything; compare it with == or !="
    ),
    (
      "customer.tags > 1",
      "file:1:1: 'customer.tags' is a list, which is neither more nor less than anything; compare its size, or look into it with 'contains'"
    ),
    (
      #"customer.tags == "vip""#,
      #"file:1:1: 'customer.tags' is a list, and "vip" is text; look into it with 'contains', or compare its size"#
    ),
    (
      "order > 1",
      "file:1:1: 'order' is an object, which is neither more nor less than anything; compare one of its fields"
    ),
    (
      "order == 1",
      "file:1:1: 'order' is an object, and 1 is a number; compare one of its fields"
    ),
    (
      #"customer.count contains "3""#,
      "file:1:1: 'customer.count' is a number, which contains nothing; compare it with ==, < or >"
    ),
    (
      "customer.tags contains 5",
      #"file:1:1: entries of 'customer.tags' are texts, and 5 is a number; write "5" in quotes"#
    ),
    (
      #"order.lines contains "tea""#,
      "file:1:1: 'order.lines' is a list of objects, which never contains text; go through it with 'for' and compare a field of each"
    ),
    (
      #"customer.name == "Ann" and customer.count > "1""#,
      #"file:1:28: 'customer.count' is a number, and "1" is text; write 1 without quotes"#
    ),
  ])
  func `a comparison that can never be true is an error with the way out`(
    text: String, mistake: String
  ) throws {
    #expect(try mistakes(ofCondition: text) == [mistake])
  }

  @Test(arguments: [
    "customer.value >= 200", "customer.value > 12.5", "customer.value == order.total", "customer.count < 3",
    "customer.count < customer.value", #"customer.seen > "2026-03-01""#, #"customer.seen < "now""#,
    #"customer.name == "Ann""#, #"customer.name > "A""#, #"customer.name contains "n""#,
    #"customer.name contains 5"#, #"customer.tags contains "vip""#, "customer.tags.size > 1",
    "customer.name.size > 1", "customer.tags.first == customer.name", "customer.tags == empty",
    "customer.name != blank", "customer.name == nil", "customer.value == nil",
    #"customer.level == "gold""#, "customer.level > 3", "customer.attributes.vip == true",
    #"customer.tags contains customer.level"#, "customer.count", "order.lines.size >= 2",
    #"customer contains "level""#, "(1..3) contains customer.count",
  ])
  func `a comparison that may be true is no error`(text: String) throws {
    #expect(try mistakes(ofCondition: text) == [])
  }

  @Test func `templates are checked like conditions, wherever a value is compared`() throws {
    #expect(
      try mistakes(of: "{% if customer.count > 'x' %}{% elsif customer.value == '5' %}{% endif %}") == [
        #"mail:1:7: 'customer.count' is a number, and "x" is text; compare it with a number such as 3"#,
        #"mail:1:39: 'customer.value' is money, and "5" is text; write 5 without quotes"#,
      ])
    #expect(
      try mistakes(of: "{% case customer.count %}{% when 1, 'two' %}{% when customer.name %}{% endcase %}")
        == [
          #"mail:1:9: 'customer.count' is a number, and "two" is text; compare it with a number such as 3"#,
          "mail:1:53: 'customer.count' is a number, and 'customer.name' is text; compare it with a number such as 3",
        ])
    #expect(
      try mistakes(of: "{% for l in order.lines %}{% unless l.price > l.sku %}{% endunless %}{% endfor %}")
        == [
          "mail:1:37: 'l.price' is money, and 'l.sku' is text; compare it with a number such as 3"
        ])
    #expect(
      try mistakes(of: "{% assign n = customer.tags | size %}{% if n == 'a' %}{% endif %}") == [
        #"mail:1:44: 'n' is a number, and "a" is text; compare it with a number such as 3"#
      ])
    #expect(
      try mistakes(
        of: "{% render 'card', n: customer.count %}", partials: ["card": "{% if n > '2' %}{% endif %}"])
        == [
          #"card:1:7: 'n' is a number, and "2" is text, rendered by mail:1:11; write 2 without quotes"#
        ])
  }

  @Test(arguments: [
    "{% assign n = 1 %}{% assign n = 'a' %}{% if n == 'a' %}{% endif %}",
    "{% assign n = customer.count | default: 'none' %}{% if n == 'none' %}{% endif %}",
    "{% assign t = customer.tags | default: '' %}{% if t == '' %}{% endif %}",
    "{% assign n = customer.name | plus: 1 %}{% if n > 2 %}{% endif %}",
    "{% assign m = customer.value | times: 2 %}{% if m > 2 %}{% endif %}",
    "{% for l in order.lines %}{% if forloop.index > 1 or forloop.last == true %}{% endif %}{% endfor %}",
    "{% assign last = '' %}{% for l in order.lines %}{% if l.price == last %}{% endif %}{% assign last = l.price %}{% endfor %}",
    "{% assign s = customer.seen | date: '%Y' %}{% if s == '2026' %}{% endif %}",
    "{% capture c %}{{ customer.count }}{% endcapture %}{% if c == '3' %}{% endif %}",
    "{% assign skus = order.lines | map: 'sku' %}{% if skus contains 'tea' %}{% endif %}",
  ])
  func `a template's own variables are checked only as far as their type is known`(text: String) throws {
    #expect(try mistakes(of: text) == [])
  }
}
