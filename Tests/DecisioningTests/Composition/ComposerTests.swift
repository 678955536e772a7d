import Decisioning
import Domain
import Support
import Testing

struct ComposerTests {
  private func welcome() -> Script {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00")
    return script
  }

  /// Lets ann order and returns her message.
  private func message(_ script: Script) throws -> MessageContent {
    script.customer("ann").completesOrder("o1", "tea x2", "cup")
    script.at("2026-03-01 10:10")
    return try #require(script.sent.last).message.content
  }

  @Test func `a message has all its halves`() throws {
    let script = welcome()
    script.program.setTemplate(
      "welcome/thanks", subject: "Thanks, {{ customer.first_name }}", preheader: "From {{ brand.name }}",
      html: "<p>{{ order.id }} &amp; more</p>", text: "Order {{ order.id }}, {{ order.lines[0].name }}")
    let content = try message(script)
    #expect(content.to == "ann@mail.example")
    #expect(content.toName == "ann")
    #expect(content.subject == "Thanks, ann")
    #expect(content.preheader == "From Qingshan Tea")
    #expect(content.html == "<p>o1 &amp; more</p>")
    #expect(content.text == "Order o1, tea")
    #expect(content.unsubscribeURL?.hasPrefix("https://hello.tea.example/u/") == true)
    #expect(content.data["trigger"] == .string("welcome"))
  }

  @Test func `without a text half the text is left to whoever writes the mail`() throws {
    let script = welcome()
    script.program.setTemplate(
      "welcome/thanks",
      html:
        "<style>p{}</style><h1>Hi {{ customer.first_name }}</h1><p>See <a href=\"https://x.example/\">this</a></p>"
    )
    let content = try message(script)
    #expect(content.text.isEmpty)
    #expect(content.html?.contains("<h1>Hi ann</h1>") == true)
  }

  @Test func `a subject stays one line whatever is in it`() throws {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", subject: "Hi {{ customer.first_name }}\n", text: "x")
    script.customer("ann").becomes { $0.firstName = "Ann\r\nBcc:\u{0}\u{85}\u{2028}all@example.com\u{2029}" }
    let content = try message(script)
    #expect(content.subject == "Hi Ann Bcc: all@example.com")
    #expect(content.toName == "Ann Bcc: all@example.com")
  }

  @Test func `unsubscribe_url is the link of this customer and channel`() throws {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", text: "{{ unsubscribe_url }}")
    let content = try message(script)
    #expect(content.text == content.unsubscribeURL)
    let token = content.text.split(separator: "/").last.map(String.init) ?? ""
    #expect(
      script.program.links.verify(token, for: .unsubscribe)
        == LinkClaim(purpose: .unsubscribe, channel: "email", customerID: "ann"))
  }

  @Test func `a missing value skips the message and names the variable, never the text`() {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", text: "Secret words for {{ customer.last_name }}")
    script.customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:10")
    script.expect.held("2026-03-01 10:10 ann thanks skip template_failed")
    let values = script.decisions[0].decision.trace.last?.values
    #expect(values?["problem"] == .string("missing_variable"))
    #expect(values?["variable"] == .string("customer.last_name"))
    #expect(values?["at"] == .string("welcome/thanks.txt:1:21"))
    #expect(values?.entries.contains { "\($0.value)".contains("Secret") } == false)
    let sentence = TemplateFailure.sentence { name in
      if case .string(let text)? = values?[name] { text } else { nil }
    }
    #expect(
      sentence
        == "welcome/thanks.txt:1:21: 'customer.last_name' has no value; give one with '| default: ...' or test it with 'if'"
    )
  }

  @Test func `a template that aborts skips with its reason`() {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", text: "{% abort 'out of stock' %}")
    script.customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:10")
    script.expect.held("2026-03-01 10:10 ann thanks skip template_failed")
    #expect(script.decisions[0].decision.trace.last?.values["reason"] == .string("out of stock"))
  }

  @Test func `an empty text is no message`() {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", text: " {% if false %}x{% endif %}\n")
    script.customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:10")
    script.expect.held("2026-03-01 10:10 ann thanks skip template_failed")
  }

  @Test func `a service message has no way to unsubscribe`() throws {
    let script = Script(
      .make(
        "receipt", EventRule(name: .orderCompleted, only: .every), [.make("receipt")],
        purpose: .service))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    #expect(try #require(script.sent.first).message.content.unsubscribeURL == nil)
  }

  @Test func `a text channel takes the short half, and hands on what the message is about`() throws {
    let script = Script(
      .make("cart", .cartIdle(.hours(1)), [.make("cart", channels: ["robot"])]))
    script.program.setTemplate(
      "cart", text: "long", sms: " {{ cart.items[0].name }}: {{ cart.total | money }} \n")
    script.at("2026-03-01 10:00").customer("ann").adds("tea x2")
    script.at("2026-03-01 11:00")
    let content = try #require(script.sent.first).message.content
    #expect(content.to == "ann")
    #expect(content.text.hasPrefix("tea: "))
    #expect(content.html == nil)
    #expect(content.data["cart"] != nil)
  }

  @Test func `what a customer is worth leaves out what was given back, and other currencies`() throws {
    let script = welcome()
    script.program.setTemplate(
      "welcome/thanks",
      text:
        "{{ customer.orders_count }} {{ customer.lifetime_value | money }} {{ customer.level }} {{ customer.attributes.level }}"
    )
    script.customer("ann").becomes { $0.attributes["level"] = .string("gold") }
      .completesOrder("o0", "tea x3", at: "2026-03-01 10:01").returnsOrder("o0", amount: 5000)
    let text = try message(script).text
    #expect(text.hasPrefix("2 "))
    #expect(text.contains("250"))
    #expect(text.hasSuffix("gold gold"))
  }

  @Test func `a field of the program wins over an attribute of the same name`() throws {
    let script = welcome()
    script.program.setTemplate("welcome/thanks", text: "{{ customer.id }}")
    script.customer("ann").becomes { $0.attributes["id"] = .string("mallory") }
    #expect(try message(script).text == "ann")
  }
}
