import Configuration
import Decisioning
import Domain
import Templates
import Testing

/// What loaded templates do with hostile data, as far as the files decide it.
struct LoadedTemplateTests {
  private func preview(_ body: String, name: String = "Mei") throws -> Result<Preview, Preview.Problem> {
    let shop = ShopDirectory()
    shop.write(
      "templates/winback/miss-you.html.liquid", "---\nsubject: Hi\n---\n{{ unsubscribe_url }}\n\(body)")
    let draft = try #require(shop.load().loaded?.draft, "\(shop.report())")
    let program = draft.program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: [UInt8](repeating: 7, count: 32)), holdoutSalt: "")
    var state = try ExampleTests.customer()
    state.customer.firstName = name
    return Preview.compose(
      template: "winback/miss-you", state: state, catalog: Catalog(), program: program, now: ExampleTests.now)
  }

  private func problem(_ body: String) throws -> Value? {
    guard case .failure(.failed(let record)) = try preview(body) else { return nil }
    return record["problem"]
  }

  @Test(arguments: ["{{ 7 | times: 7 }}", "{% include '/etc/passwd' %}", "{{ customer.email }}"])
  func `what a customer typed is never a template`(name: String) throws {
    let html = try #require(try preview("{{ customer.first_name }}", name: name).get().content.html)
    let shown = name.replacing("'", with: "&#39;")
    #expect(html.hasSuffix("\n" + shown), "\(html)")
  }

  @Test func `what is missing, endless or aborted is no message`() throws {
    #expect(try problem("Hi {{ customer.last_name }},") == .string("missing_variable"))
    #expect(try problem("{% for i in (1..1000000000) %}{% endfor %}") == .string("limit_reached"))
    #expect(try problem("{% abort 'no' %}") == .string("aborted"))
    #expect(try problem("Hi {{ customer.last_name | default: 'you' }},") == nil)
  }
}
