import Domain
import Glibc
import Templates
import Testing

/// What customers and templates may try, in the order of the list of bad inputs: data that looks like a template, data
/// that looks like markup, work without end, values that are not there, and the environment of the program.
///
/// Headers, bodies and encodings of a mail come behind these, in the tests of Delivery; templates that change while
/// messages wait, in those of Service.
struct BadTemplateInputTests {
  private func render(
    _ text: String, _ data: Record = [:], escape: EscapeMode = .none, partials: [String: String] = [:]
  ) throws -> String {
    var context = RenderContext.test(data)
    for (name, text) in partials {
      context.library[name] = try Template.parse(text, name: name, escape: escape)
    }
    return try Template.parse(text, name: "mail", escape: escape).render(context)
  }

  /// The text, or why there is none.
  private func outcome(_ text: String, _ data: Record = [:], partials: [String: String] = [:]) -> String {
    do {
      return "sent: " + (try render(text, data, partials: partials))
    } catch {
      return "\(error)"
    }
  }

  // MARK: Data that looks like a template

  @Test(arguments: [
    "{{ 7*7 }}", "{{ 7 | times: 7 }}", "{{ customer.__class__ }}", "{% include \"/etc/passwd\" %}",
    "{% render 'secret' %}", "{% assign name = 'x' %}", "{%- abort 'no' -%}", "{{", "%}", "{% raw %}",
  ])
  func `what a customer wrote is never read as a template`(name: String) throws {
    let ways = [
      "{{ name }}", "{{ name | append: '' }}", "{% assign x = name %}{{ x }}", "{{ nobody | default: name }}",
      "{% capture x %}{{ name }}{% endcapture %}{{ x }}", "{% render 'line', line: name %}",
      "{% for x in names %}{{ x }}{% endfor %}", "{{ names | join }}", "{% echo name %}", "{% cycle name %}",
      "{% case name %}{% when name %}{{ name }}{% endcase %}",
    ]
    let data: Record = ["name": .string(name), "names": [.string(name)], "customer": [:]]
    let partials = ["line": "{{ line }}", "secret": "the secret"]
    for way in ways {
      #expect(try render(way, data, partials: partials) == name, "\(way)")
      let html = try render(way, data, escape: .html, partials: partials)
      #expect(html == name.replacing("\"", with: "&quot;").replacing("'", with: "&#39;"), "\(way)")
    }
  }

  // MARK: Data that looks like markup

  struct Markup: Sendable, CustomTestStringConvertible {
    let name: String
    var text: String? = nil
    /// In the body, an attribute and a title of HTML, which are escaped alike.
    let html: String
    /// As the address of a link.
    let link: String
    /// Inside a string of JSON.
    let json: String
    var testDescription: String { name }
  }

  static let markup = [
    Markup(
      name: "<script>alert(1)</script>", html: "&lt;script&gt;alert(1)&lt;/script&gt;",
      link: "&lt;script&gt;alert(1)&lt;/script&gt;", json: "<script>alert(1)</script>"),
    Markup(
      name: "\" onmouseover=\"alert(1)", html: "&quot; onmouseover=&quot;alert(1)",
      link: "&quot; onmouseover=&quot;alert(1)", json: "\\\" onmouseover=\\\"alert(1)"),
    Markup(
      name: "' onmouseover='alert(1)", html: "&#39; onmouseover=&#39;alert(1)",
      link: "&#39; onmouseover=&#39;alert(1)", json: "' onmouseover='alert(1)"),
    Markup(name: "javascript:alert(1)", html: "javascript:alert(1)", link: "#", json: "javascript:alert(1)"),
    Markup(
      name: "\u{1}JAVA\tSCRIPT:alert(1)", html: "\u{1}JAVA\tSCRIPT:alert(1)", link: "#",
      json: "\\u0001JAVA\\tSCRIPT:alert(1)"),
    Markup(
      name: "</title><b>", html: "&lt;/title&gt;&lt;b&gt;", link: "&lt;/title&gt;&lt;b&gt;",
      json: "</title><b>"),
    Markup(
      name: "&lt;b&gt; & co", html: "&amp;lt;b&amp;gt; &amp; co", link: "&amp;lt;b&amp;gt; &amp; co",
      json: "&lt;b&gt; & co"),
    Markup(name: "a\\\"\nb", html: "a\\&quot;\nb", link: "a\\&quot;\nb", json: "a\\\\\\\"\\nb"),
  ]

  @Test(arguments: markup) func `markup in a name stays text wherever it is printed`(_ markup: Markup) throws
  {
    let data: Record = ["name": .string(markup.name)]
    #expect(try render("Hi {{ name }}", data) == "Hi " + markup.name)
    #expect(try render("<p>{{ name }}</p>", data, escape: .html) == "<p>\(markup.html)</p>")
    #expect(try render("<a title=\"{{ name }}\">", data, escape: .html) == "<a title=\"\(markup.html)\">")
    #expect(try render("<a title='{{ name }}'>", data, escape: .html) == "<a title='\(markup.html)'>")
    #expect(try render("<title>{{ name }}</title>", data, escape: .html) == "<title>\(markup.html)</title>")
    #expect(try render("<a href=\"{{ name }}\">", data, escape: .html) == "<a href=\"\(markup.link)\">")
    #expect(try render("<img src='{{ name }}'>", data, escape: .html) == "<img src='\(markup.link)'>")
    #expect(try render("{\"a\": \"{{ name }}\"}", data, escape: .json) == "{\"a\": \"\(markup.json)\"}")
  }

  // MARK: Work without end

  @Test(arguments: [
    (
      "{% for i in (1..1000000000) %}{{ i }}{% endfor %}",
      "mail:1:34: loops go round more than 100000 times; limit them with 'limit:'"
    ),
    (
      "{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}",
      "mail:1:55: loops go round more than 100000 times; limit them with 'limit:'"
    ),
    (
      "{% render 'again' %}",
      "again:1:11: blocks and partials are nested deeper than 100; does a partial render itself?"
    ),
    (
      "{% assign s = 'x' %}{% for i in (1..27) %}{% assign s = s | append: s %}{% endfor %}{{ s }}",
      "mail:1:61: the text grows beyond 2097152 bytes; make it shorter"
    ),
    (
      "{% for i in (1..60000) %}{{ long }}{% endfor %}",
      "mail:1:29: the text grows beyond 2097152 bytes; make it shorter"
    ),
    ("{{ long | replace: 'a', long }}", "mail:1:11: the text grows beyond 2097152 bytes; make it shorter"),
  ])
  func `work without end is cut short by the limits that hold for every message`(
    text: String, reason: String
  ) {
    let long = Value.string(String(repeating: "a", count: 2000))
    let spent = ContinuousClock().measure {
      #expect(outcome(text, ["long": long], partials: ["again": "{% render 'again' %}"]) == reason)
    }
    #expect(spent < .seconds(20))
  }

  @Test func `no filter takes a pattern that could be searched for without end`() throws {
    #expect(
      throws: TemplateSyntaxErrors.self, "there are no regular expressions"
    ) { try Template.parse("{{ name | regex_replace: '(a+)+$', '' }}", name: "mail", escape: .none) }
    // Hard for a search that begins again at each place; this one goes once through the text.
    let text = String(repeating: "a", count: 1 << 20)
    let needle = String(repeating: "a", count: 1 << 18) + "b"
    let spent = ContinuousClock().measure {
      #expect(
        outcome("{{ text | remove: needle | size }}", ["text": .string(text), "needle": .string(needle)])
          == "sent: 1048576")
    }
    #expect(spent < .seconds(20))
  }

  // MARK: Values that are not there

  @Test(
    arguments: [
      ([:], "mail:1:7: 'name' has no value; give one with '| default: ...' or test it with 'if'"),
      (
        ["name": .null],
        "mail:1:7: 'name' has no value; give one with '| default: ...' or test it with 'if'"
      ),
      (
        ["name": ["first": "Ann"]],
        "mail:1:7: 'name' is an object, which cannot be printed; print one of its fields"
      ),
    ] as [(Record, String)])
  func `a name that is not there, or is none, sends nothing`(data: Record, reason: String) {
    #expect(outcome("Hi {{ name }},", data) == reason)
  }

  @Test(arguments: [
    ("{{ 'soon' | divided_by: 0 }}", "mail:1:13: filter 'divided_by': divided by 0"),
    ("{{ true | money }}", "mail:1:11: filter 'money': a truth value is not an amount of money"),
    ("{% if 1 < 'a' %}x{% endif %}", "mail:1:7: cannot compare a number with text"),
  ])
  func `a value of the wrong kind sends nothing`(text: String, reason: String) {
    #expect(outcome(text) == reason)
  }

  @Test(
    arguments: [
      (
        "{{ customer }}",
        "mail:1:4: 'customer' is an object, which cannot be printed; print one of its fields, such as 'customer.first_name'"
      ),
      ("{{ customer.tags }}", nil), ("{{ customer | json }}", nil), ("{{ customer.attributes }}", nil),
    ] as [(String, String?)])
  func `an object that is printed whole is found before anything is sent`(
    text: String, problem: String?
  ) throws {
    let schema = TemplateSchema([
      "customer": .extensible(["first_name": .scalar, "tags": .list(.scalar), "attributes": .open])
    ])
    let found = try Template.parse(text, name: "mail", escape: .none).check(schema: schema)
    #expect(found.map(\.description) == (problem.map { [$0] } ?? []))
  }

  // MARK: The environment of the program

  @Test(arguments: [
    "env.SMTP_PASSWORD", "ENV['SMTP_PASSWORD']", "environment.SMTP_PASSWORD", "secret.SMTP_PASSWORD",
    "credential.SMTP_PASSWORD", "SMTP_PASSWORD", "customer.env.SMTP_PASSWORD",
  ])
  func `a template reaches no variable and no secret of the program`(path: String) throws {
    setenv("SMTP_PASSWORD", "hunter2", 1)
    let root = String(path.prefix { $0 != "." && $0 != "[" })
    let schema = TemplateSchema(["customer": .object(["first_name": .scalar]), "brand": .object([:])])
    let found = try Template.parse("{{ \(path) }}", name: "mail", escape: .none).check(schema: schema)
    #expect(
      found.map(\.description) == [
        root == "customer"
          ? "mail:1:13: unknown property 'env' of 'customer'; it has first_name"
          : "mail:1:4: unknown variable '\(root)'; there are brand, customer"
      ])
    let name = path.replacing("['SMTP_PASSWORD']", with: ".SMTP_PASSWORD")
    #expect(
      outcome("{{ \(path) }}", ["customer": ["first_name": "Ann"]])
        .hasPrefix("mail:1:4: '\(path == name ? name : path)' has no value;"))
  }
}
