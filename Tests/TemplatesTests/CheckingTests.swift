import Domain
import Support
import Templates
import Testing

private let schema = TemplateSchema([
  "customer": .object([
    "first_name": .scalar, "orders_count": .scalar, "attributes": .open,
    "address": .object(["city": .scalar]),
  ]),
  "cart": .object(["lines": .list(.object(["name": .scalar, "price": .scalar]))]),
  "brand": .object(["name": .scalar]),
  "unsubscribe_url": .scalar,
])

private func diagnostics(_ text: String, partials: [String: String] = [:]) -> [String] {
  do {
    var library = TemplateLibrary()
    for (name, text) in partials { library[name] = try Template.parse(text, name: name, escape: .html) }
    return try Template.parse(text, name: "mail", escape: .html, firstLine: 5).check(
      schema: schema, library: library
    )
    .map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}

@Suite struct Checking {
  @Test(arguments: [
    ("Hi {{ custmer.first_name }}", "mail:5:7: unknown variable 'custmer'; did you mean 'customer'?"),
    (
      "{{ customer.frist_name }}",
      "mail:5:13: unknown property 'frist_name' of 'customer'; did you mean 'first_name'?"
    ),
    ("{{ customer.address.town }}", "mail:5:21: unknown property 'town' of 'customer.address'; it has city"),
    ("{{ customer.first_name.x }}", "mail:5:24: 'customer.first_name' is a single value and has no 'x'"),
    (
      "{{ cart.lines.name }}",
      "mail:5:15: 'cart.lines' is a list and has no 'name'; go through it with 'for' or take '.first'"
    ),
    (
      "{% for l in cart.lines %}\n{{ l.nmae }}{% endfor %}",
      "mail:6:6: unknown property 'nmae' of 'l'; did you mean 'name'?"
    ),
    (
      "{{ cart.lines[0].prize }}",
      "mail:5:18: unknown property 'prize' of 'cart.lines[0]'; did you mean 'price'?"
    ),
    (
      "{% for l in cart.lines %}{% endfor %}{{ l }}",
      "mail:5:41: unknown variable 'l'; there are brand, cart, customer, unsubscribe_url"
    ),
    (
      "{% for l in cart.lines %}{{ forloop.indx }}{% endfor %}",
      "mail:5:37: unknown property 'indx' of 'forloop'; did you mean 'index'?"
    ),
    ("{% render 'lien' %}", "mail:5:11: there is no template 'lien'; did you mean 'line'?"),
    (
      "{% render 'line', l: cart %}",
      "line:1:6: unknown property 'name' of 'l', given as 'cart' by mail:5:11; it has lines"
    ),
    (
      "{% render 'line' for cart.lines[0].name as l %}{% render 'line' with cart.lines as l %}",
      "line:1:6: 'l' is a list and has no 'name', given as 'cart.lines' by mail:5:58; go through it with 'for' or take '.first'"
    ),
    (
      "{% render 'line' %}",
      "line:1:4: unknown variable 'l', which mail:5:11 does not give; there are brand, cart, customer, unsubscribe_url"
    ),
    (
      "{% assign l = cart.lines.first %}{% render 'line' %}",
      "line:1:4: unknown variable 'l', which mail:5:44 has and does not give; add 'l: l' there"
    ),
    (
      "{% render 'typo' %}{% render 'typo' %}",
      "typo:1:4: unknown variable 'brnd', which mail:5:11 does not give; did you mean 'brand'?"
    ),
    ("{% doc x %}{% enddoc %}", "mail:5:8: unexpected 'x'"),
    ("{% doc %}{% doc %}{% enddoc %}{% enddoc %}", "mail:5:13: 'doc' cannot stand inside 'doc'"),
    ("{% doc %}", "mail:5:4: 'doc' is never closed; add 'enddoc'"),
    ("{% assign a? = 1 %}", "mail:5:11: no value can be given to 'a?'; leave out the '?'"),
    ("{{ customer.first_name | date }}", "mail:5:26: filter 'date' takes 1 argument, not 0"),
    (
      "{% assign first = cart.lines | first %}{{ first.x }}",
      "mail:5:49: unknown property 'x' of 'first'; it has name, price"
    ),
    (
      "{% if customer.frist_name %}{% endif %}",
      "mail:5:16: unknown property 'frist_name' of 'customer'; did you mean 'first_name'?"
    ),
    ("{{ 'a' | append: custmer }}", "mail:5:18: unknown variable 'custmer'; did you mean 'customer'?"),
    ("{{ customer.first_name | upcas }}", "mail:5:26: unknown filter 'upcas'; did you mean 'upcase'?"),
    (
      "{{ customer.first_name | truncate: 1, 2, 3 }}",
      "mail:5:26: filter 'truncate' takes at most 2 arguments, not 3"
    ),
    ("{{ 'a' | append }}", "mail:5:10: filter 'append' takes 1 argument, not 0"),
    ("{{ 'a' | replace: 'a', b: 1 }}", "mail:5:24: filter 'replace' has no argument called 'b'"),
    ("{% fro x in y %}", "mail:5:4: unknown tag 'fro'; did you mean 'for'?"),
    ("{% include 'x' %}", "mail:5:4: unknown tag 'include'; use 'render'"),
    ("{% if customer.first_name %}", "mail:5:4: 'if' is never closed; add 'endif'"),
    ("{% endif %}", "mail:5:4: 'endif' has no tag to belong to"),
    ("{% else %}", "mail:5:4: 'else' has no tag to belong to"),
    ("{{ customer.first_name", "mail:5:1: '{{' is never closed with '}}'"),
    ("a\n{% if customer.first_name", "mail:6:1: '{%' is never closed with '%}'"),
    ("{{ customer. }}", "mail:5:14: expected a name after '.', found the end of the tag"),
    ("{{ 99999999999999999999 }}", "mail:5:4: the number 99999999999999999999 is out of range"),
    ("{% for x of cart.lines %}{% endfor %}", "mail:5:10: expected 'in', found 'of'"),
    (
      "{% for x in cart.lines limt: 2 %}{% endfor %}",
      "mail:5:24: unknown attribute 'limt' of a loop; did you mean 'limit'?"
    ),
    ("{% raw %}{{", "mail:5:4: 'raw' is never closed; add 'endraw'"),
    ("{% comment %}", "mail:5:4: 'comment' is never closed; add 'endcomment'"),
    ("{% if customer.first_name = 'x' %}{% endif %}", "mail:5:27: '=' does not compare; use '=='"),
    ("{% cycle %}", "mail:5:10: expected a value, found the end of the tag"),
    ("{% %}", "mail:5:1: a tag needs a name"),
    ("{{ event.金额 }}", "mail:5:10: '金额' cannot stand after '.'; write event[\"金额\"]"),
    (
      "{{ event.properties.VIP等级 | upcase }}",
      "mail:5:21: 'VIP等级' cannot stand after '.'; write event.properties[\"VIP等级\"]"
    ),
    (
      "{% if customer.größe > 1 %}{% endif %}",
      "mail:5:16: 'größe' cannot stand after '.'; write customer[\"größe\"]"
    ),
    ("{{ 金额 }}", "mail:5:4: expected a value, found '金额'"),
    (
      "{% assign 金额 = 1 %}",
      "mail:5:11: expected a variable's name, found '金额'; a name has only the letters a to z, digits and '_'"
    ),
    ("｛｛ customer.first_name ｝｝", "mail:5:1: '｛｛' is no Liquid; write '{{'"),
    ("a ｛% if customer.first_name %} b", "mail:5:3: '｛%' is no Liquid; write '{%'"),
    ("{％ endif ％}", "mail:5:1: '{％' is no Liquid; write '{%'"),
    ("{{ customer.first_name ｝｝", "mail:5:1: '{{' is never closed with '}}'; write '}}' for '｝｝'"),
    ("{% if customer.first_name ％}", "mail:5:1: '{%' is never closed with '%}'; write '%}' for '％}'"),
    ("{{ customer.first_name | default： 'x' }}", "mail:5:33: unexpected '：'; write ':' for '：'"),
    ("{{ customer.first_name ｜ upcase }}", "mail:5:24: unexpected '｜'; write '|' for '｜'"),
    (
      "{{ customer.first_name | default: “x” }}", "mail:5:35: expected a value, found '“'; write '\"' for '“'"
    ),
    ("{{ customer.first_name | replace: 'a'， 'b' }}", "mail:5:38: unexpected '，'; write ',' for '，'"),
  ])
  func `a mistake is named with its place and the nearest name`(text: String, message: String) {
    let partials = ["line": "{{ l.name }}", "typo": "{{ brnd.name }}"]
    #expect(diagnostics(text, partials: partials) == [message])
  }

  @Test(arguments: [
    "{{ customer.first_name }}{{ customer.attributes.any.thing[0] }}{{ customer.address.size }}{{ cart.lines.size }}",
    "{% assign total = 0 %}{% for l in cart.lines %}{% assign total = total | plus: l.price %}{{ forloop.parentloop.index }}{% endfor %}{{ total }}",
    "{% for l in cart.lines %}{% if last == l.name %}{% endif %}{% assign last = l.name %}{% endfor %}",
    "{% capture x %}a{% endcapture %}{{ x }}{% increment n %}{{ n }}{{ cart.lines.first.name }}{{ cart.lines | map: 'name' | join }}",
    "{% render 'line' for cart.lines as l %}{% render 'line', l: cart.lines.first %}{% render 'line' with cart.lines[0] as l %}",
    "{% tablerow l in cart.lines cols: 2 %}{{ l.name }}{{ tablerowloop.col }}{% endtablerow %}{{ unsubscribe_url }}",
  ])
  func `a sound template has nothing to report`(text: String) {
    #expect(diagnostics(text, partials: ["line": "{{ l.name }}{{ brand.name }}"]) == [])
  }

  @Test func `all mistakes come at once`() {
    let text = "{{ a | nope }}\n{% if %}{{ b | }}{% endif %}\n{% bogus %}{{ c"
    #expect(
      diagnostics(text) == [
        "mail:5:8: unknown filter 'nope'",
        "mail:6:7: expected a value, found the end of the tag",
        "mail:6:16: expected a filter's name after '|', found the end of the tag",
        "mail:7:4: unknown tag 'bogus'",
        "mail:7:12: '{{' is never closed with '}}'",
      ])
    #expect(
      diagnostics("{% if brand %}{% for x in y %}{% endif %}") == [
        "mail:5:18: 'for' is never closed; add 'endfor'"
      ])
  }

  @Test(arguments: [
    (
      "{{ custmer.x | nope: cart.x }}",
      [
        "mail:5:4: unknown variable 'custmer'; did you mean 'customer'?", "mail:5:16: unknown filter 'nope'",
        "mail:5:27: unknown property 'x' of 'cart'; it has lines",
      ]
    ),
    (
      "{% assign a = custmer | truncate: 1, 2, 3 %}{{ a.b }}",
      [
        "mail:5:15: unknown variable 'custmer'; did you mean 'customer'?",
        "mail:5:25: filter 'truncate' takes at most 2 arguments, not 3",
      ]
    ),
    (
      "{{ brnd 'x' }}",
      ["mail:5:4: unknown variable 'brnd'; did you mean 'brand'?", "mail:5:9: unexpected ''x''"]
    ),
    // What a tag that cannot be read may have made is not unknown.
    ("{% fro l in cart.lines %}{{ l.name }}", ["mail:5:4: unknown tag 'fro'; did you mean 'for'?"]),
    (
      "{% for l in cart.lines limt: 2 %}{{ l.name }}{% endfor %}",
      ["mail:5:24: unknown attribute 'limt' of a loop; did you mean 'limit'?"]
    ),
    ("{{%", ["mail:5:1: '{{' is never closed with '}}'", "mail:5:2: '{%' is never closed with '%}'"]),
    ("{% assign x 3 %}{{ x.y }}", ["mail:5:13: expected '=', found '3'"]),
  ])
  func `a mistake in the grammar hides no unknown name`(text: String, messages: [String]) {
    let (template, mistakes) = Template.examine(text, name: "mail", escape: .html, firstLine: 5)
    #expect(!template.isWhole)
    #expect(Set((mistakes + template.check(schema: schema)).map(\.description)) == Set(messages))
  }

  @Test func `a template tells what it reads`() throws {
    var library = TemplateLibrary()
    library["line"] = try Template.parse("{{ l.name }}{{ brand.name }}", name: "line", escape: .html)
    let text =
      "{% assign a = customer.first_name %}{{ a }}{% for l in cart.lines %}{% render 'line', l: l %}{{ l.x }}{% endfor %}{{ cart.lines.size }}"
    let template = try Template.parse(text, name: "mail", escape: .html)
    #expect(template.variables(library: library) == ["customer.first_name", "cart.lines", "brand.name"])
    #expect(template.partialNames == ["line"])
  }

  @Test func `nesting has an end`() {
    let text = String(repeating: "{% if brand %}", count: 200_000)
    #expect(diagnostics(text).contains("mail:5:1404: tags are nested deeper than 100"))
    let brackets = "{{ " + String(repeating: "brand[", count: 100_000) + " }}"
    #expect(diagnostics(brackets) == ["mail:5:604: brackets are nested deeper than 100"])
  }
}

@Suite struct Hostile {
  @Test(arguments: SeededGenerator.seeds(8))
  func `no text can crash the parser or the renderer`(seed: UInt64) {
    var generator = TemplateGenerator(SeededGenerator(seed: seed))
    let pieces = [
      "{{", "}}", "{%", "%}", "-", " ", "\n", "if", "endif", "for", "in", "endfor", "raw", "endraw",
      "comment", "endcomment",
      "liquid", "case", "when", "else", "'", "\"", "|", ":", ",", ".", "..", "[", "]", "(", ")", "1",
      "-9223372036854775808",
      "9223372036854775807", "1e309", "0.1", "name", "customer", "fruits", "append", "plus", "times",
      "divided_by", "round",
      "slice", "truncate", "split", "replace", "sort", "date", "money", "size", "first", "assign", "capture",
      "=", "==",
      "contains", "and", "or", "cycle", "increment", "render", "'plain'", "tablerow", "reversed", "limit",
      "offset", "\u{0}",
      "茶", "\u{301}", "é", "#", "%", "endliquid", "{{ big | times: big | times: big }}",
      "{{ -9223372036854775808 | abs }}",
      "{% for i in (1..3) %}", "{{ '%99999Y' | date: '%99999Y' }}",
      "{{ name | slice: -9223372036854775808, 9223372036854775807 }}",
      "{% for i in fruits offset: 9223372036854775807 limit: 9223372036854775807 %}",
      "{{ huge | round: -99999 }}",
      "{{ 'now' | date: '%s%j%U%V' }}", "{{ 9223372036854775807 | date: '%c' }}",
      "{{ fruits[9223372036854775807] }}",
      "{{ name | truncate: -9223372036854775808 }}", "{% decrement name %}",
      "{% for i in (99999999999999999999.5..2) %}{{ i }}{% endfor %}",
      "{{ 0.1 | round: 9223372036854775807 }}",
    ]
    var context = RenderContext.test(oracleData)
    context.limits = RenderLimits(outputBytes: 10_000, loopSteps: 500, totalSteps: 5000, depth: 30)
    context.isStrict = seed % 2 == 0
    context.library["plain"] = try? Template.parse("[{{ name }}]", name: "plain", escape: .none)
    var rendered = 0
    for round in 0..<2500 {
      let isSound = round % 3 == 0
      var text =
        isSound
        ? generator.template() : (0..<generator.random(40)).map { _ in generator.pick(pieces) }.joined()
      if isSound, generator.random(2) == 0, !text.isEmpty {
        var bytes = Array(text.utf8)
        bytes[generator.random(bytes.count)] = UInt8(generator.random(256))
        text = String(decoding: bytes, as: UTF8.self)
      }
      guard
        let template = try? Template.parse(text, name: "t", escape: generator.pick([.none, .html, .json]))
      else { continue }
      _ = template.check(schema: TemplateSchema([:]), library: context.library)
      if (try? template.render(context)) != nil { rendered += 1 }
    }
    #expect(rendered > 50, "\(generator)")
  }
}
