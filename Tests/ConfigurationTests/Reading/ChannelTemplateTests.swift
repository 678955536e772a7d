import Configuration
import Decisioning
import Delivery
import Domain
import Testing

/// The templates of channels, with the adapters of the program.
struct ChannelTemplateTests {
  private func headlines(_ channel: String, trigger: String = "") -> [String] {
    let shop = ShopDirectory()
    shop.change("reprise.yaml", "{adapter: http, url: \"https://sms.example/send\"}", to: channel)
    shop.change(
      "reprise.yaml", "{adapter: smtp, url: \"smtps://smtp.example:465\"}",
      to: "{adapter: smtp, url: \"smtps://smtp.example:465\", from: a@tea.example}")
    if !trigger.isEmpty { shop.write("triggers/win-back.yaml", trigger) }
    let report = ConfigurationLoader(
      directory: shop.path, adapters: AdapterRegistry.channel, sources: ShopDirectory.sources,
      policy: { ($0.address, $0.address == .email ? .email : .text) }, templates: { $0.templates },
      addsOptOut: { $0.addsOptOut }, zones: ShopDirectory.zones, secrets: nil
    ).load().report
    return report.diagnostics.map { $0.headline.replacing(shop.path, with: "config") }
  }

  private static let url = "adapter: http, url: \"https://sms.example/send\""

  @Test(arguments: [
    (
      "{\(url), json: {id: \"{{ message.id }}\"}}",
      "config/reprise.yaml:13:80: error: unknown property 'id' of 'message'; did you mean 'uid'?"
    ),
    (
      "{\(url), json: [{to: [\"a {{ messag.to }}\"]}]}",
      "config/reprise.yaml:13:76: error: unknown variable 'messag'; did you mean 'message'?"
    ),
    (
      "{\(url), headers: {X-Key: \"{{ secret.kye }}\"}, secrets: {key: \"${env:KEY}\"}}",
      "config/reprise.yaml:13:85: error: unknown property 'kye' of 'secret'; did you mean 'key'?"
    ),
    (
      "{\(url), form: {To: \"{{ message.to.number }}\"}}",
      "config/reprise.yaml:13:83: error: 'message.to' is a single value and has no 'number'"
    ),
    (
      "{\(url), body: \"{{ customer.email }}\"}",
      "config/reprise.yaml:13:76: error: unknown property 'email' of 'customer'; it has first_name, id, last_name; 'reprise help channels' lists the names of channels' templates"
    ),
    (
      "{adapter: http, url: \"https://sms.example/{{ mesage.to }}\"}",
      "config/reprise.yaml:13:53: error: unknown variable 'mesage'; did you mean 'message'?"
    ),
    (
      "{\(url), authentication: {type: hmac, secret: \"${env:KEY}\", header: X-S, content: \"{{ bdy }}\"}}",
      "config/reprise.yaml:13:134: error: unknown variable 'bdy'; did you mean 'body'?"
    ),
    (
      "{\(url), address: email, body: \"{{ cart.total }}\"}",
      "config/reprise.yaml:13:83: error: unknown variable 'cart'; there are customer, message, occurrence, secret, step, trigger; 'reprise help channels' lists the names of channels' templates"
    ),
    (
      "{\(url), body: \"{{ message.phone }}\"}",
      "config/reprise.yaml:13:75: error: unknown property 'phone' of 'message'; did you mean 'to'?"
    ),
    (
      "{\(url), body: \"{{ trigger.id }}\"}",
      "config/reprise.yaml:13:75: error: 'trigger' is a single value and has no 'id'; in a channel's templates it is the trigger's id itself"
    ),
  ])
  func `a name that no message has is found where it stands`(channel: String, headline: String) {
    #expect(headlines(channel) == [headline])
  }

  @Test func `a mistake in the Liquid hides no unknown name`() {
    #expect(
      headlines("{\(Self.url), body: \"{{ messag.to | upcas }}\"}") == [
        "config/reprise.yaml:13:67: error: unknown variable 'messag'; did you mean 'message'?",
        "config/reprise.yaml:13:79: error: 'body' has a mistake in its Liquid: unknown filter 'upcas'; did you mean 'upcase'?",
      ])
  }

  @Test(arguments: [
    (
      "{adapter: exec, command: [\"/bin/true\", \"--to={{ message.to }}\"]}",
      "config/reprise.yaml:13:47: error: item 2 of 'command' is not read as Liquid; the program gets the message as JSON on standard input (reprise help channels), and its id in REPRISE_MESSAGE_ID"
    ),
    (
      "{adapter: exec, command: [\"/bin/true\"], environment: {TO: \"{{ message.to }}\"}}",
      "config/reprise.yaml:13:66: error: 'TO' is not read as Liquid; the program gets the message as JSON on standard input (reprise help channels), and its id in REPRISE_MESSAGE_ID"
    ),
  ])
  func `a program's arguments and variables are no Liquid, which is said`(channel: String, headline: String) {
    #expect(headlines(channel) == [headline])
  }

  @Test func `what messages carry is known`() {
    let names = [
      "message.uid", "message.to", "message.text", "message.unsubscribe_url", "trigger", "step", "occurrence",
      "customer.id", "customer.first_name", "order.total", "cart.items.size", "event.name", "anniversary.age",
      "products.first.name",
    ].map { "{{ \($0) }}" }.joined()
    #expect(headlines("{\(Self.url), body: \"\(names)\"}") == [])
  }
}
