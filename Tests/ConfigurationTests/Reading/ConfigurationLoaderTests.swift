import Configuration
import Decisioning
import Domain
import Glibc
import Platform
import Templates
import Testing

struct ConfigurationLoaderTests {
  @Test func `a small shop loads without a word`() throws {
    let (loaded, report) = ShopDirectory().load()
    #expect(report.rendered() == "")
    let draft = try #require(loaded?.draft)
    #expect(draft.brand.url == "https://tea.example")
    #expect(draft.brand.zone.name == "Asia/Shanghai")
    #expect(draft.channels["email"]?.consent == .optOut)
    #expect(draft.channels["sms"]?.medium == .text)
    let trigger = try #require(draft.triggers["win_back"])
    #expect(trigger.expiresAfter == .days(14))
    #expect(trigger.priority == 100)
    #expect(trigger.steps.map(\.id) == ["1"])
    #expect(draft.templates["winback/miss-you"]?.subject?.name.hasSuffix("miss-you.html.liquid") == true)
    let settings = try #require(loaded?.settings)
    #expect(settings.retention == .days(400))
    #expect(settings.http.listen.description == "127.0.0.1:8750")
    #expect(settings.channels.map(\.name) == ["email", "sms"])
  }

  @Test func `a misspelt key prints its place, its line, a caret and the key that was meant`() {
    let shop = ShopDirectory()
    shop.write(
      "triggers/win-back.yaml",
      """
      # Ninety days without an order.
      trigger: win_back
      when:
        lapsd: 90d
      steps:
        - {channel: email, template: winback/miss-you}
      """)
    #expect(
      shop.report() == """
        config/triggers/win-back.yaml:4:3: error: unknown key 'lapsd' in trigger; did you mean 'lapsed'?
          4 |   lapsd: 90d
            |   ^~~~~
        1 error in 1 file

        """)
    #expect(shop.load().loaded == nil)
  }

  @Test func `all errors of all files come in one run, in order`() {
    let shop = ShopDirectory()
    shop.change("reprise.yaml", "currency: CNY", to: "currency: RMB")
    shop.change("reprise.yaml", "Asia/Shanghai", to: "Europe/Berln")
    shop.write(
      "triggers/birthday.yaml", "trigger: birthday\nwhen: {anniversary: birthday, at: 22:30}\nsteps: []\n")
    shop.write(
      "triggers/win-back.yaml",
      """
      trigger: win_back
      when: {lapsed: 90}
      audience: customer.orders_count >>= 1
      holdout: 110%
      steps:
        - {channel: emial, template: winback/mis-you}
        - {after: soon, channel: email, template: winback/gone}
      """)
    shop.write("templates/winback/miss-you.html.liquid", "---\nsubject: Hi\n---\n<p>{% if %}</p>\n")
    #expect(
      shop.report() == """
        config/reprise.yaml:4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not 'Europe/Berln'; did you mean 'Europe/Berlin'?
          4 |   time_zone: Europe/Berln
            |              ^~~~~~~~~~~~
        config/reprise.yaml:5:13: error: 'currency' must be a currency code such as CNY, not 'RMB'; write CNY
          5 |   currency: RMB
            |             ^~~
        config/templates/winback/miss-you.html.liquid:4:7: error: 'if' is never closed; add 'endif'
          4 | <p>{% if %}</p>
            |       ^~
        config/templates/winback/miss-you.html.liquid:4:10: error: expected a value, found the end of the tag
          4 | <p>{% if %}</p>
            |          ^
        config/triggers/birthday.yaml:2:35: error: 'at' must be quoted: YAML reads 22:30 as the number 1350; write "22:30"
          2 | when: {anniversary: birthday, at: 22:30}
            |                                   ^~~~~
        config/triggers/birthday.yaml:3:8: error: 'steps' has 0 items; give at least 1
          3 | steps: []
            |        ^~
        config/triggers/win-back.yaml:2:16: error: 'lapsed' needs a unit; write 90s, 90m, 90h or 90d
          2 | when: {lapsed: 90}
            |                ^~
        config/triggers/win-back.yaml:3:34: error: expected a value, found '>='
          3 | audience: customer.orders_count >>= 1
            |                                  ^~
        config/triggers/win-back.yaml:4:10: error: 'holdout' must be a share such as 10%, not '110%'; it lies between 0% and 100%
          4 | holdout: 110%
            |          ^~~~
        config/triggers/win-back.yaml:6:15: error: there is no channel 'emial' in reprise.yaml; did you mean 'email'?
          6 |   - {channel: emial, template: winback/mis-you}
            |               ^~~~~
        config/triggers/win-back.yaml:6:32: error: there is no template 'winback/mis-you'; did you mean 'winback/miss-you'?
          6 |   - {channel: emial, template: winback/mis-you}
            |                                ^~~~~~~~~~~~~~~
        config/triggers/win-back.yaml:7:13: error: 'after' must be a duration such as 90s, 1h30m or 3d, not 'soon'
          7 |   - {after: soon, channel: email, template: winback/gone}
            |             ^~~~
        config/triggers/win-back.yaml:7:45: error: there is no template 'winback/gone'; make templates/winback/gone.html.liquid
          7 |   - {after: soon, channel: email, template: winback/gone}
            |                                             ^~~~~~~~~~~~
        13 errors in 4 files

        """)
  }

  @Test func `a directory without reprise.yaml says which directory is wanted`() {
    let shop = ShopDirectory()
    unlink("\(shop.path)/reprise.yaml")
    #expect(
      shop.headlines() == [
        "config/reprise.yaml: error: the file does not exist; name the directory that holds it with --config DIR"
      ])
  }
}
