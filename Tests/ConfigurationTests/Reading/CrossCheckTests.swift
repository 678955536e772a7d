import Configuration
import Decisioning
import Domain
import Testing

struct CrossCheckTests {
  private func headlines(_ lines: String..., change: (ShopDirectory) -> Void = { _ in }) -> [String] {
    let shop = ShopDirectory()
    if !lines.isEmpty {
      shop.write("triggers/win-back.yaml", (["trigger: win_back"] + lines).joined(separator: "\n") + "\n")
    }
    change(shop)
    return shop.headlines()
  }

  @Test func `two triggers of one name are told apart`() {
    #expect(
      headlines { $0.write("triggers/winback2.yaml", ShopDirectory.trigger) } == [
        "config/triggers/winback2.yaml:1:10: error: trigger 'win_back' stands in config/triggers/win-back.yaml already; give it another name"
      ])
  }

  @Test(arguments: [
    (
      "a/b",
      "'trigger' must be a name such as win_back, not 'a/b'; use small letters, digits and '_', beginning with a letter"
    ),
    ("Win-Back", "'trigger' must be a name such as win_back, not 'Win-Back'; write 'win_back'"),
    (String(repeating: "a", count: 300), "'trigger' has 300 characters; a name has at most 64"),
  ])
  func `the name of a trigger is small`(name: String, message: String) {
    #expect(
      headlines { $0.change("triggers/win-back.yaml", "win_back", to: name) } == [
        "config/triggers/win-back.yaml:1:10: error: \(message)"
      ])
  }

  @Test func `a channel that does not exist is named wherever it is used`() {
    let found = headlines {
      $0.change(
        "reprise.yaml", "channels:",
        to: "limits: {caps: [{channel: emial, limit: 1, window: 1d}]}\nconsent: {fax: opt_in}\nchannels:")
      $0.change("triggers/win-back.yaml", "channel: email", to: "channel: [email, smss, email]")
    }
    #expect(
      found == [
        "config/reprise.yaml:11:27: error: there is no channel 'emial' in reprise.yaml; did you mean 'email'?",
        "config/reprise.yaml:12:11: error: there is no channel 'fax' in reprise.yaml; the channels are email, sms",
        "config/triggers/win-back.yaml:4:23: error: there is no channel 'smss' in reprise.yaml; did you mean 'sms'?",
        "config/triggers/win-back.yaml:4:29: error: channel 'email' stands here twice; remove one",
      ])
  }

  @Test func `a channel with an error of its own causes no second one`() {
    let found = headlines {
      $0.change("reprise.yaml", "smtps://smtp.example:465", to: "smtps://bob:hunter2@smtp.example")
      $0.change("triggers/win-back.yaml", "miss-you", to: "no-html")
      $0.write("templates/winback/no-html.sms.liquid", "Come back")
    }
    #expect(
      found == [
        "config/reprise.yaml:12:31: error: 'url' holds a password; put it into a key of its own as ${credential:NAME}"
      ])
  }

  @Test func `a settings file that is no YAML blames no channel`() {
    #expect(
      headlines { $0.write("reprise.yaml", "brand: [\n") } == [
        "config/reprise.yaml:2:1: error: a value is missing here; check the brackets of this line and those above"
      ])
  }

  @Test func `a template must have the halves that its channels send`() {
    let found = headlines(
      "when: {lapsed: 90d}", "steps:",
      "  - {channel: sms, template: winback/miss-you}",
      "  - {after: 1d, channel: email, template: only/sms}",
      "  - {after: 2d, channel: email, template: only/body}",
      "  - {after: 3d, channel: [sms, email], template: only/text}"
    ) {
      $0.write("templates/only/sms.sms.liquid", "Come back")
      $0.write("templates/only/body.html.liquid", "<p>{{ unsubscribe_url }}</p>")
      $0.write("templates/only/text.txt.liquid", "---\nsubject: Hi\n---\n{{ unsubscribe_url }}")
    }
    #expect(
      found == [
        "config/triggers/win-back.yaml:4:30: error: template 'winback/miss-you' has no text half, which channel 'sms' needs; make templates/winback/miss-you.sms.liquid",
        "config/triggers/win-back.yaml:5:43: error: template 'only/sms' has no HTML and no text half, which channel 'email' needs; make templates/only/sms.html.liquid with a head that has 'subject:'",
        "config/triggers/win-back.yaml:6:43: error: template 'only/body' has no subject, which channel 'email' needs; begin templates/only/body.html.liquid with '---', a line 'subject: ...' and '---'",
      ])
  }

  @Test func `a half that is broken is not also missing`() {
    #expect(
      headlines {
        $0.write("templates/winback/miss-you.html.liquid", "---\nsubject: '{{ x'\n---\n{% endif %}")
      } == [
        "config/templates/winback/miss-you.html.liquid:2:11: error: '{{' is never closed with '}}'",
        "config/templates/winback/miss-you.html.liquid:4:4: error: 'endif' has no tag to belong to",
      ])
  }

  @Test func `names that nothing gives are unknown, with the nearest`() {
    let found = headlines(
      "when: {event: order_completed, where: order.totl > 100}",
      "audience: 'customer.orders_cont >= 1 and env.SMTP_PASSWORD != \"''\" and brandd.name'", "steps:",
      "  - {channel: email, template: winback/miss-you}"
    ) {
      $0.write(
        "templates/winback/miss-you.html.liquid",
        "---\nsubject: 'It''s {{ custmer.first_name }}'\npreheader: \"\\\"{{ cart.total }}\\\"\"\n---\n{{ unsubscribe_url }}\n{{ env.SMTP_PASSWORD }} {{ customer.first_nam }}"
      )
    }
    #expect(
      found == [
        "config/templates/winback/miss-you.html.liquid:2:20: error: unknown variable 'custmer'; did you mean 'customer'?",
        "config/templates/winback/miss-you.html.liquid:3:18: error: unknown variable 'cart'; there are brand, customer, event, order, trigger, unsubscribe_url; step 1 of trigger 'win_back' renders it",
        "config/templates/winback/miss-you.html.liquid:6:4: error: unknown variable 'env'; there are brand, customer, event, order, trigger, unsubscribe_url; step 1 of trigger 'win_back' renders it",
        "config/templates/winback/miss-you.html.liquid:6:37: error: unknown property 'first_nam' of 'customer'; did you mean 'first_name'?",
        "config/triggers/win-back.yaml:2:45: error: unknown property 'totl' of 'order'; did you mean 'total'?",
        "config/triggers/win-back.yaml:3:21: error: unknown property 'orders_cont' of 'customer'; did you mean 'orders_count'?",
        "config/triggers/win-back.yaml:3:42: error: unknown variable 'env'; there are brand, customer, event, order, trigger",
        "config/triggers/win-back.yaml:3:72: error: unknown variable 'brandd'; did you mean 'brand'?",
      ])
  }

  @Test func `a cart trigger offers the cart and no order`() {
    let found = headlines(
      "when: {cart_idle: 1h}", "audience: order.total > 1", "steps:",
      "  - {channel: email, template: winback/miss-you}")
    #expect(
      found == [
        "config/triggers/win-back.yaml:3:11: error: unknown variable 'order'; there are brand, cart, customer, trigger"
      ])
  }

  @Test(
    arguments: [
      ("order_completd", "order_completed"), ("orders_completed", "order_completed"),
      ("cart_update", "cart_updated"),
      ("quiz_finished", nil), ("order_created", nil), ("cart_created", nil), ("product_reviewed", nil),
    ] as [(String, String?)])
  func `an event that is nearly one of ours gets a warning`(name: String, near: String?) {
    let found = headlines(
      "when: {event: \(name)}", "steps:",
      "  - {channel: email, template: winback/miss-you, unless: [\(name)]}")
    let message = near.map { "'\(name)' is not an event that Reprise knows; did you mean '\($0)'?" }
    #expect(
      found
        == (message.map {
          [
            "config/triggers/win-back.yaml:2:15: warning: \($0)",
            "config/triggers/win-back.yaml:4:59: warning: \($0)",
          ]
        } ?? []))
  }

  @Test func `ends_with is for carts, and same order for what is about one`() {
    let step =
      "  - {channel: email, template: winback/miss-you, unless: [{event: order_refunded, same: order}]}"
    #expect(
      headlines("when: {lapsed: 90d}", "ends_with: cart", "steps:", step) == [
        "config/triggers/win-back.yaml:3:12: error: 'ends_with' says which order ends the recovery of a cart; remove it"
      ])
    #expect(
      headlines("when: {cart_idle: 1h}", "ends_with: cart", "steps:", step) == [
        "config/triggers/win-back.yaml:5:89: error: 'same: order' needs a trigger about an order; remove it, or write same: customer"
      ])
    #expect(
      headlines(
        "when: {cart_idle: 1h}", "ends_with: any", "steps:",
        "  - {channel: email, template: winback/miss-you}")
        == [
          "config/triggers/win-back.yaml:3:12: error: 'ends_with' must be any_order or cart, not 'any'"
        ])
    #expect(
      headlines(
        "when: {lapsed: 90d}", "steps:",
        "  - {channel: email, template: winback/miss-you, unless: [{event: order_completed, same: order}]}")
        == [
          "config/triggers/win-back.yaml:4:90: error: an order is completed once, so this never skips the step; remove same: order"
        ])
    #expect(
      headlines(
        "when: {lapsed: 90d}", "steps:",
        "  - {channel: email, template: winback/miss-you, unless: [{event: order_refunded, sam: order}]}")
        == [
          "config/triggers/win-back.yaml:4:83: error: unknown key 'sam' in unless; did you mean 'same'?"
        ])
  }

  @Test func `marketing mail without a way out gets a warning, service mail may not have one`() {
    #expect(
      headlines { $0.change("templates/winback/miss-you.html.liquid", "{{ unsubscribe_url }}", to: "") } == [
        "config/triggers/win-back.yaml:4:32: warning: template 'winback/miss-you' shows no way to unsubscribe; put {{ unsubscribe_url }} into it"
      ])
    #expect(
      headlines { $0.change("triggers/win-back.yaml", "steps:", to: "purpose: service\nsteps:") } == [
        "config/templates/winback/miss-you.html.liquid:4:18: error: unknown variable 'unsubscribe_url'; there are brand, customer, order, trigger; step 1 of trigger 'win_back' renders it"
      ])
  }

  @Test func `the way out may stand in a fragment`() {
    let found = headlines {
      $0.change(
        "templates/winback/miss-you.html.liquid", "{{ unsubscribe_url }}",
        to: "{% render 'footer', way: unsubscribe_url %}")
      $0.write("templates/partials/footer.html.liquid", "<a href=\"{{ way }}\">out</a>")
    }
    #expect(found == [])
  }
}
