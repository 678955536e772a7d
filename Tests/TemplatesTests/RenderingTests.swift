import Domain
import Support
import Templates
import Testing

private func cny(_ minorUnits: Int64) -> Value {
  .money(Money(minorUnits: minorUnits, currency: Currency("CNY")!))
}

@Suite struct StrictNames {
  @Test(arguments: [
    ("Hi {{ name }},", "mail:1:7: 'name' has no value; give one with '| default: ...' or test it with 'if'"),
    (
      "a\nb {{ customer.first_name | upcase }}",
      "mail:2:6: 'customer.first_name' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{{ 'a' | append: name }}",
      "mail:1:18: 'name' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{% for x in names %}{% endfor %}",
      "mail:1:13: 'names' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{% assign x = name | upcase %}",
      "mail:1:15: 'name' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{% assign x = name %}{{ x }}",
      "mail:1:25: 'x' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{{ none | first }}",
      "mail:1:4: 'none' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    (
      "{{ name | default: other }}",
      "mail:1:4: 'name' has no value; give one with '| default: ...' or test it with 'if'"
    ),
    ("茶{{ name }}", "mail:1:5: 'name' has no value; give one with '| default: ...' or test it with 'if'"),
    ("{% render 'card' %}", "mail:1:11: there is no template 'card' to render"),
    ("{{ 1 | divided_by: 0 }}", "mail:1:8: filter 'divided_by': divided by 0"),
    ("{% if 1 < 'a' %}{% endif %}", "mail:1:7: cannot compare a number with text"),
    ("x {% abort 'no ' %}", "mail:1:6: aborted: no "),
  ])
  func `a value that is not there ends the render with its name and place`(text: String, message: String) {
    #expect(failure(text, ["customer": ["last_name": "Li"], "none": []]) == message)
  }

  @Test(arguments: [
    ("{{ name | default: 'there' }}", "there"),
    ("{{ name | upcase | append: '!' | default: 'there' }}", "there"),
    ("{% if customer.first_name %}a{% else %}b{% endif %}", "b"), ("{% unless name %}a{% endunless %}", "a"),
    ("{% case name %}{% when nil %}a{% endcase %}", "a"), ("{% if name == blank %}a{% endif %}", "a"),
    ("{% assign x = name %}{% if x %}a{% else %}b{% endif %}", "b"), ("{{ name | default: '' }}", ""),
    ("{% if a.b.c > 3 %}a{% endif %}-", "-"),
  ])
  func `a test or a default may name what is not there`(text: String, output: String) throws {
    #expect(try render(text, ["customer": [:]]) == output)
  }

  @Test func `abort tells its reason`() throws {
    let template = try Template.parse(
      "{% if stock == 0 %}{% abort sku | append: ' sold out' %}{% endif %}ok", name: "m", escape: .none)
    #expect(try template.render(.test(["stock": 1, "sku": "T1"])) == "ok")
    #expect(
      throws: RenderError.aborted(
        reason: "T1 sold out", at: TemplateLocation(template: "m", line: 1, column: 23))
    ) { try template.render(.test(["stock": 0, "sku": "T1"])) }
  }

  @Test func `roots can be made when they are asked for`() throws {
    var context = RenderContext.test()
    context.lazyRoot = { $0 == "order" ? ["id": 7] : nil }
    #expect(
      try Template.parse("{{ order.id }}{{ order.id }}", name: "m", escape: .none).render(context) == "77")
  }
}

@Suite struct Escaping {
  @Test(arguments: [
    ("<p>{{ x }}</p>", "<p>&lt;a href=&quot;&#39;&amp;</p>"), ("{{ x | raw }}", "<a href=\"'&"),
    ("{{ x | escape }}", "&lt;a href=&quot;&#39;&amp;"),
    ("{{ x | escape | strip | append: '<' }}", "&lt;a href=&quot;&#39;&amp;&lt;"),
    ("{{ '<' | append: x | upcase }}", "&lt;&lt;A HREF=&quot;&#39;&amp;"),
    ("{% capture c %}<b>{{ x }}</b>{% endcapture %}{{ c }}", "<b>&lt;a href=&quot;&#39;&amp;</b>"),
    ("{% assign y = x %}{{ y }}{{ list }}", "&lt;a href=&quot;&#39;&amp;&lt;&gt;"),
    ("{{ 'a\nb' | newline_to_br }}", "a<br />\nb"),
    ("{{ '<\n' | newline_to_br }}", "&lt;<br />\n"), ("{{ list | join: '&' }}", "&lt;&amp;&gt;"),
    ("{{ x | escape_once }}", "&lt;a href=&quot;&#39;&amp;"),
    ("{% render 'p', v: x %}", "<i>&lt;a href=&quot;&#39;&amp;</i>"),
    ("{{ x | url_encode }}", "%3Ca+href%3D%22%27%26"),
    ("{{ x | default: 'q' | truncate: 4 }}", "&lt;..."),
    ("{% cycle x %}{% echo x %}", "&lt;a href=&quot;&#39;&amp;&lt;a href=&quot;&#39;&amp;"),
  ])
  func `HTML templates escape what they print, once`(text: String, output: String) throws {
    #expect(
      try render(
        text, ["x": "<a href=\"'&", "list": ["<", ">"]], escape: .html, partials: ["p": "<i>{{ v }}</i>"])
        == output)
  }

  @Test(arguments: [
    "javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "\u{1}javascript:x", "vbscript:x",
    "data:text/html,x",
  ])
  func `a URL that would run code becomes a mere #`(url: String) throws {
    #expect(try render("<a href=\"{{ u }}\">", ["u": .string(url)], escape: .html) == "<a href=\"#\">")
    #expect(
      try render("<img src = '{{ u | raw }}'>", ["u": .string(url)], escape: .html) == "<img src = '#'>")
    #expect(
      try render("<a href=\"{% if u %}{{ u }}{% endif %}\">", ["u": .string(url)], escape: .html)
        == "<a href=\"#\">")
  }

  @Test func `harmless URLs stay`() throws {
    let data: Record = ["u": "https://tea.example/a?b=1&c=2"]
    #expect(
      try render("<a href=\"{{ u }}\">{{ u }}", data, escape: .html)
        == "<a href=\"https://tea.example/a?b=1&amp;c=2\">https://tea.example/a?b=1&amp;c=2")
    #expect(try render("<a href=\"{{ 'datasheet.html' }}\">", escape: .html) == "<a href=\"datasheet.html\">")
  }

  @Test func `JSON templates escape inside strings`() throws {
    let text = #"{"a": "{{ x }}", "b": {{ y | json }}}"#
    let output = try render(
      text, ["x": "q\"\\\n\u{1}茶", "y": ["n": 1, "l": [true, .null, 1.5, "\""]]], escape: .json)
    #expect(output == #"{"a": "q\"\\\n\u0001茶", "b": {"n":1,"l":[true,null,1.5,"\""]}}"#)
  }

  @Test func `data is never read as a template`() throws {
    #expect(try render("{{ x }}", ["x": "{{ 7 | times: 7 }}{% abort %}"]) == "{{ 7 | times: 7 }}{% abort %}")
  }
}

@Suite struct MoneyAndDates {
  @Test(arguments: [
    ("zh-Hans", "CNY", 8800, "¥88.00"), ("en-US", "USD", 123_450, "$1,234.50"),
    ("de-DE", "EUR", 123_450, "1.234,50 €"),
    ("ja", "JPY", 1234, "¥1,234"), ("en", "CNY", -5, "-CN¥0.05"), ("fr-FR", "EUR", 123_450, "1 234,50 €"),
    ("en-IN", "INR", 123_456_789, "₹12,34,567.89"), ("en", "KWD", 1234, "KWD 1.234"),
    ("nl", "EUR", 150, "€ 1,50"),
    ("de-CH", "CHF", 123_450, "CHF 1’234.50"), ("pt-BR", "BRL", 123_450, "R$ 1.234,50"),
    ("es-MX", "MXN", 123_450, "$1,234.50"),
  ])
  func `money is written as the locale writes it`(
    locale: String, code: String, units: Int64, text: String
  ) throws {
    let value = Value.money(Money(minorUnits: units, currency: Currency(code)!))
    #expect(try render("{{ m | money }}", ["m": value], locale: locale) == text)
  }

  @Test(arguments: [
    ("{{ 12.5 | money }}", "$12.50"), ("{{ '1234.005' | money }}", "$1,234.01"),
    ("{{ 3 | money: 'EUR' }}", "€3.00"),
    ("{{ m }} {{ m | times: 2 }} {{ m | plus: 0.5 }} {{ m | minus: m }}", "88.00 176.00 88.50 0.00"),
    ("{{ m | divided_by: 3 | money }}", "CN¥29.33"),
    ("{% if m >= 50 and m < 88.01 and m == 88 %}y{% endif %}", "y"),
    ("{{ lines | map: 'price' | sum | money }}", "CN¥3.00"),
    ("{{ lines | sum: 'price' | money }}", "CN¥3.00"),
    ("{{ m | round }} {{ m | at_most: 50 }}", "88.00 50.00"),
  ])
  func `money counts exactly`(text: String, output: String) throws {
    #expect(
      try render(text, ["m": cny(8800), "lines": [["price": cny(100)], ["price": cny(200)]]]) == output)
  }

  @Test func `two currencies do not mix`() {
    let data: Record = ["a": cny(1), "b": .money(Money(minorUnits: 1, currency: Currency("EUR")!))]
    #expect(failure("{{ a | plus: b }}", data) == "mail:1:8: filter 'plus': cannot mix CNY and EUR")
    #expect(failure("{% if a < b %}{% endif %}", data) == "mail:1:7: cannot compare money with money")
    #expect(
      failure("{{ true | money }}", data)
        == "mail:1:11: filter 'money': a truth value is not an amount of money")
  }

  @Test(arguments: [
    (
      "en-US",
      "{{ t | date: 'long' }}|{{ t | date: 'short' }}|{{ t | date: 'time' }}|{{ t | date: '%A %-d %b' }}",
      "March 2, 2026|3/2/2026|1:30 AM|Monday 2 Mar"
    ),
    (
      "zh-Hans",
      "{{ t | date: 'long' }}|{{ t | date: 'short' }}|{{ t | date: 'time' }}|{{ t | date: '%A%p%B' }}",
      "2026年3月2日|2026/3/2|01:30|星期一上午三月"
    ),
    ("de", "{{ t | date: 'long' }} {{ t | date: '%a' }}", "2. März 2026 Mo"),
    ("fr", "{{ t | date: 'long' }}", "2 mars 2026"), ("en-GB", "{{ t | date: 'long' }}", "2 March 2026"),
    (
      "en",
      "{{ t | date: '%F %T %z %Z' }} {{ '2026-03-01T17:30:00Z' | date: '%H' }} {{ '2026-03-01 17:30' | date: '%H %z' }}",
      "2026-03-02 01:30:00 +0800 CST 01 17 +0800"
    ),
    ("en", "{{ t }} {{ 'now' | date: '%F %R' }}", "2026-03-02 01:30:00 +0800 2026-03-01 18:00"),
    (
      "en", "{% if t > '2026-03-02' and t < '2026-03-02 02:00' %}y{% endif %}{{ t | json }}",
      "y\"2026-03-01T17:30:00Z\""
    ),
  ])
  func `dates stand on the customer's clock and in their language`(
    locale: String, text: String, output: String
  ) throws {
    var context = RenderContext.test(["t": .instant(Instant(seconds: 1_772_386_200))])
    context.environment.locale = locale
    context.environment.localTime = { LocalTime($0, offsetSeconds: 8 * 3600, zoneName: "CST") }
    #expect(try Template.parse(text, name: "m", escape: .none).render(context) == output)
  }

  @Test func `local times and instants turn into each other`() {
    var generator = TemplateGenerator(SeededGenerator(usual: 5))
    for _ in 0..<rounds(2000) {
      let instant = Instant(milliseconds: Int64(generator.random(8_000_000_000_000)) - 4_000_000_000_000)
      let local = LocalTime(instant, offsetSeconds: generator.random(100_000) - 50_000, zoneName: "")
      #expect(local.instant == instant)
    }
  }
}

@Suite struct Limits {
  @Test(arguments: [
    (
      "{% for i in (1..1000000000) %}{% endfor %}",
      "mail:1:7: loops go round more than 1000 times; limit them with 'limit:'"
    ),
    (
      "{% for i in (1..900) %}{{ i }}0123456789{% endfor %}",
      "mail:1:27: the text grows beyond 5000 bytes; make it shorter"
    ),
    (
      "{% assign s = 'aa' %}{% for i in (1..99) %}{% assign s = s | append: s %}{% endfor %}",
      "mail:1:62: the text grows beyond 5000 bytes; make it shorter"
    ),
    ("{{ t | replace: '', t }}", "mail:1:8: the text grows beyond 5000 bytes; make it shorter"),
    (
      "{% for i in (1..900) %}{% for j in (1..900) %}{% endfor %}{% endfor %}",
      "mail:1:30: loops go round more than 1000 times; limit them with 'limit:'"
    ),
    (
      "{{ (1..100000000) | join }}",
      "mail:1:21: loops go round more than 1000 times; limit them with 'limit:'"
    ),
    (
      "{% for i in (1..800) %}{% assign x = t | upcase %}{% endfor %}",
      "mail:1:42: the template takes more than 3000 steps; make it simpler"
    ),
  ])
  func `each limit ends the render`(text: String, message: String) {
    let limits = RenderLimits(outputBytes: 5000, loopSteps: 1000, totalSteps: 3000, depth: 20)
    #expect(
      failure(text, ["t": .string(String(repeating: "abcdefgh", count: 300))], limits: limits) == message)
  }

  @Test func `a partial that renders itself ends`() {
    #expect(
      throws: RenderError.limitReached(
        .depth, value: 100, at: TemplateLocation(template: "p", line: 1, column: 11))
    ) {
      try render("{% render 'p' %}", partials: ["p": "{% render 'p' %}"])
    }
    #expect(
      RenderError.limitReached(.depth, value: 100, at: TemplateLocation(template: "p", line: 1, column: 11))
        .description
        == "p:1:11: blocks and partials are nested deeper than 100; does a partial render itself?")
  }

  @Test func `one template renders in many tasks at a time`() async throws {
    let template = try Template.parse(
      "{% for i in (1..50) %}{{ i | times: k }},{% endfor %}", name: "m", escape: .html)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for k in 0..<200 {
        group.addTask {
          try template.render(.test(["k": .integer(Int64(k))])) == (1...50).map { "\($0 * k)," }.joined()
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}

@Suite struct Conditions {
  static let data: Record = [
    "customer": ["orders_count": 3, "lifetime_value": cny(5000), "tags": ["vip", "tea"], "city": "Hangzhou"]
  ]

  @Test(arguments: [
    ("customer.orders_count >= 1 and customer.lifetime_value >= 50", true),
    ("customer.lifetime_value > 50", false),
    ("customer.tags contains 'vip'", true), ("customer.missing", false), ("customer.missing == nil", true),
    ("customer.missing > 5", false), ("nobody.at.all == 'x' or customer.city == \"Hangzhou\"", true),
    ("customer.tags.size == 2", true),
    ("customer.orders_count == 1 or customer.orders_count == 3 and customer.city == 'x'", false),
  ])
  func `a condition holds or not`(text: String, holds: Bool) throws {
    #expect(try Condition.parse(text).evaluate(.test(Self.data)) == holds)
  }

  @Test(arguments: [
    ("customer.orders_count => 1", "where:4:30: '=' does not compare; use '=='"),
    ("", "where:4:8: expected a value, found the end of the tag"),
    ("a == 1 b", "where:4:15: unexpected 'b'"), ("a = 1", "where:4:10: '=' does not compare; use '=='"),
    ("(a and b) or c", "where:4:11: expected '..', found 'and'"),
    ("a == 'x", "where:4:13: the string that begins here is never closed"),
  ])
  func `a malformed condition is refused with its place`(text: String, message: String) {
    #expect(throws: TemplateSyntaxErrors.self) {
      try Condition.parse(text, name: "where", line: 4, column: 8)
    }
    do { _ = try Condition.parse(text, name: "where", line: 4, column: 8) } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func `unknown names in a condition are found`() throws {
    let schema = TemplateSchema(["customer": .object(["orders_count": .scalar, "attributes": .open])])
    let condition = try Condition.parse(
      "custmer.x == 1 or customer.order_count > 2 or customer.attributes.any.thing")
    #expect(
      condition.check(schema: schema).map(\.description) == [
        "condition:1:1: unknown variable 'custmer'; did you mean 'customer'?",
        "condition:1:28: unknown property 'order_count' of 'customer'; did you mean 'orders_count'?",
      ])
  }
}
