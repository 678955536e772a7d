import Configuration
import Decisioning
import Delivery
import Domain
import Testing

/// How marketing messages tell their readers to unsubscribe.
struct WayOutTests {
  private static let step = "config/triggers/win-back.yaml:4:"
  private static let none = "warning: template 'winback/miss-you' shows no way to unsubscribe; "
  private static let unseen =
    "config/triggers/win-back.yaml:4:32: \(none)its {{ unsubscribe_url }} stands where nobody sees it: put it into the href of a link, or into the text"

  private func headlines(html: String, text: String? = nil, partial: String? = nil) -> [String] {
    let shop = ShopDirectory()
    shop.write("templates/winback/miss-you.html.liquid", "---\nsubject: Hello\n---\n\(html)")
    if let text { shop.write("templates/winback/miss-you.txt.liquid", text) }
    if let partial { shop.write("templates/partials/footer.html.liquid", partial) }
    return shop.headlines()
  }

  @Test(arguments: [
    "<p>Hi</p><!-- {{ unsubscribe_url }} -->",
    "<p data-way=\"{{ unsubscribe_url }}\">Hi</p>",
    "<link href=\"{{ unsubscribe_url }}\"><p>Hi</p>",
    "<p>Hi</p><style>a { background: url({{ unsubscribe_url }}) }</style>",
    "<p>Hi</p><div style=\"display: none\"><a href=\"{{ unsubscribe_url }}\">out</a></div>",
    "<p>Hi</p><!-- {% if customer.phone %}{{ unsubscribe_url }}{% endif %} -->",
    "<p>Hi</p><img src=\"{{ unsubscribe_url }}\" alt=\"tea\">",
  ])
  func `a link that nobody sees is no way out`(html: String) {
    #expect(headlines(html: html) == [Self.unseen])
  }

  @Test(arguments: [
    "<p><a href=\"{{ unsubscribe_url }}\">out</a></p>",
    "<p><a href='{{ unsubscribe_url | append: \"?a=b\" }}'>out</a></p>",
    "<p>{{ unsubscribe_url }}</p>",
    "{% if customer.phone %}<p>Hi</p>{% else %}<a href=\"{{ unsubscribe_url }}\">out</a>{% endif %}",
    "{% assign way = unsubscribe_url %}<a href=\"{{ way }}\">out</a>",
    "{% capture foot %}<a href=\"{{ unsubscribe_url }}\">out</a>{% endcapture %}<p>Hi</p>{{ foot | raw }}",
    "<!-- {{ unsubscribe_url }} --><a href=\"{{ unsubscribe_url }}\">out</a>",
  ])
  func `a link that shows is a way out`(html: String) { #expect(headlines(html: html) == []) }

  @Test func `a fragment may show it, or hide it`() {
    let call = "<p>Hi</p>{% render 'footer', way: unsubscribe_url %}"
    #expect(headlines(html: call, partial: "<a href=\"{{ way }}\">out</a>") == [])
    #expect(headlines(html: call, partial: "<!-- {{ way }} -->") == [Self.unseen])
    #expect(
      headlines(html: "{% render 'footer' %}", partial: "<a href=\"{{ unsubscribe_url }}\">out</a>") == [])
  }

  @Test func `mail programs show the HTML, so the text half alone is not enough`() {
    #expect(
      headlines(html: "<p>Hi</p>", text: "{{ unsubscribe_url }}") == [
        "\(Self.step)32: \(Self.none)put {{ unsubscribe_url }} into its HTML half too, which mail programs show"
      ])
    #expect(headlines(html: "<p>Hi</p><a href=\"{{ unsubscribe_url }}\">out</a>", text: "Hi") == [])
  }

  // MARK: Text messages

  private func texts(_ text: String, channel: String = "", more: String = "") -> [String] {
    let shop = ShopDirectory()
    shop.change(
      "reprise.yaml", "{adapter: http, url: \"https://sms.example/send\"}",
      to: "{adapter: http, url: \"https://sms.example/send\"\(channel)}")
    shop.change(
      "reprise.yaml", "{adapter: smtp, url: \"smtps://smtp.example:465\"}",
      to: "{adapter: smtp, url: \"smtps://smtp.example:465\", from: a@tea.example}")
    shop.change("triggers/win-back.yaml", "steps:", to: "\(more)steps:")
    shop.change("triggers/win-back.yaml", "channel: email", to: "channel: sms")
    shop.write("templates/winback/miss-you.sms.liquid", text)
    let report = ConfigurationLoader(
      directory: shop.path, adapters: AdapterRegistry.channel, sources: ShopDirectory.sources,
      policy: { ($0.address, $0.address == .email ? .email : .text) }, templates: { $0.templates },
      addsOptOut: { $0.addsOptOut }, zones: ShopDirectory.zones, secrets: nil
    ).load().report
    return report.diagnostics.map { $0.headline.replacing(shop.path, with: "config") }
  }

  @Test(arguments: [
    "Come back!", "Don't stop drinking tea", "您的茶还在购物车里", "{% comment %}STOP{% endcomment %}Hi",
  ])
  func `a marketing text without a way out gets a warning`(text: String) {
    #expect(
      texts(text) == [
        "\(Self.step)30: \(Self.none)put {{ unsubscribe_url }} or a line such as 'Reply STOP to opt out' into its text, or 'adds_opt_out: true' into channel 'sms' if the provider adds one to each message"
      ])
  }

  @Test(arguments: [
    "Hi {{ unsubscribe_url }}", "Hi. Reply STOP to opt out", "Hi. Reply stop", "Tea! Txt STOP 80001",
    "茶。回T退订",
    "茶，拒收请回复R", "Bonjour. STOP au 36111", "Abmelden: {{ unsubscribe_url }}",
    "{{ brand.name }}: opt-out 0800 1",
    "{% assign way = 'Reply STOP' %}Hi. {{ way }}",
  ])
  func `a link or the words of an opt-out are enough`(text: String) { #expect(texts(text) == []) }

  @Test func `a provider or a request that adds it needs none in the text`() {
    #expect(texts("Hi", channel: ", adds_opt_out: true") == [])
    #expect(texts("Hi", channel: ", json: {text: \"{{ message.text }} Reply STOP\"}") == [])
    #expect(
      texts("Hi", channel: ", json: {text: \"{{ message.text }} {{ message.unsubscribe_url }}\"}") == [])
    #expect(texts("Hi", channel: ", json: {text: \"{{ message.text }}\"}").count == 1)
  }

  @Test func `service texts and what goes to programs and chat rooms need none`() {
    #expect(texts("Hi", more: "purpose: service\n") == [])
    #expect(texts("Hi", channel: ", address: customer_id") == [])
  }
}
