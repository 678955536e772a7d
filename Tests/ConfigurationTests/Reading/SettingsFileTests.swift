import Configuration
import Decisioning
import Domain
import Platform
import Testing

/// What is told about `reprise.yaml` beyond the shapes of its values.
struct SettingsFileTests {
  @Test(arguments: [
    (
      "sqlite:///var/lib/reprise/reprise.db", "postgresql://reprise@db/reprise?password=hunter2",
      "7:8: error: 'store' holds a password; remove it, and name a file of libpq with it in PGPASSFILE"
    ),
    (
      "sqlite:///var/lib/reprise/reprise.db", "sqlite://var/reprise.db",
      "7:8: error: 'store' names no file; write the whole path behind sqlite://: sqlite:///var/lib/reprise/reprise.db"
    ),
    (
      "sqlite:///var/lib/reprise/reprise.db", "mysql://db/reprise",
      "7:8: error: 'store' must begin with sqlite://, postgresql:// or postgres://"
    ),
    (
      "public_url: https://hello.tea.example", "public_url: https://hello.tea.example?x",
      "9:15: error: 'public_url' must end behind the path; remove what follows '?' or '#'"
    ),
    (
      "public_url: https://hello.tea.example", "public_url: http://hello.tea.example",
      "9:15: warning: without https mail carries no one-click unsubscribing, which mailbox providers ask for; put TLS before it and write https://"
    ),
    (
      "public_url: https://hello.tea.example", "public_url: http://localhost:8750",
      "9:15: warning: customers cannot open links to localhost, which is their own machine; write the https:// address at which a proxy lets them in"
    ),
    (
      "public_url: https", "listen: 0.0.0.0:80\n  public_url: https",
      "9:11: error: this listens beyond this machine, without TLS; listen on 127.0.0.1 behind a proxy with TLS, or add exposed: true where one stands before it"
    ),
    (
      "public_url: https", "exposed: true\n  listen: '[::]:80'\n  public_url: https",
      "10:11: warning: this listens beyond this machine, without TLS; let a proxy with TLS or a firewall stand before it"
    ),
    (
      "\n  write_keys: [\"${env:KEY}\"]", "",
      "9:3: warning: no write_keys: the event API refuses everybody; add write_keys: [\"${credential:write_key}\"]"
    ),
  ])
  func `what cannot work, or not well, in reprise.yaml is told`(part: String, other: String, answer: String) {
    let shop = ShopDirectory()
    shop.change("reprise.yaml", part, to: other)
    #expect(shop.headlines() == ["config/reprise.yaml:\(answer)"])
    #expect(!shop.report().contains("hunter2"))
  }

  @Test func `messages are kept as long as a cap counts them`() {
    let shop = ShopDirectory()
    shop.change(
      "reprise.yaml", "channels:",
      to: """
        limits:
          caps:
            - {channel: sms, limit: 1, window: 24h}
            - {limit: 3, window: 7d}
            - {limit: 1, per: local_day}
        retention: 1d
        channels:
        """)
    #expect(
      shop.report() == """
        config/reprise.yaml:14:26: error: this cap counts the messages of 7d, and they are kept for 1d; set retention to 7d or more, or shorten the window
          14 |     - {limit: 3, window: 7d}
             |                          ^~
        config/reprise.yaml:15:23: error: this cap counts the messages of a whole day, and they are kept for 1d; set retention to 1d1h or more
          15 |     - {limit: 1, per: local_day}
             |                       ^~~~~~~~~
        2 errors in 1 file

        """)
    shop.change("reprise.yaml", "retention: 1d", to: "retention: 7d")
    #expect(shop.headlines() == [])
    shop.change("reprise.yaml", "retention: 7d\n", to: "")
    #expect(shop.headlines() == [])
    shop.change("reprise.yaml", "window: 7d", to: "window: 9601h")
    #expect(
      shop.headlines() == [
        "config/reprise.yaml:14:26: error: this cap counts the messages of 57w1d1h, and they are kept for 400d; set retention to 57w1d1h or more, or shorten the window"
      ])
  }

  @Test func `what is kept may be told of visitors and messages apart`() throws {
    let shop = ShopDirectory()
    func kept() throws -> [Duration] {
      let settings = try #require(shop.load().0).settings
      return [settings.retention, settings.visitorRetention]
    }
    #expect(try kept() == [.days(400), .days(30)])
    shop.change("reprise.yaml", "channels:\n", to: "retention: 90d\nchannels:\n")
    #expect(try kept() == [.days(90), .days(30)])
    shop.change("reprise.yaml", "retention: 90d", to: "retention: {visitors: 7d}")
    #expect(try kept() == [.days(400), .days(7)])
    shop.change("reprise.yaml", "retention: {visitors: 7d}", to: "retention: {messages: 1w, visitor: 7d}")
    #expect(
      shop.report() == """
        config/reprise.yaml:11:27: error: unknown key 'visitor' in retention; did you mean 'visitors'?
          11 | retention: {messages: 1w, visitor: 7d}
             |                           ^~~~~~~
        1 error in 1 file

        """)
    shop.change("reprise.yaml", "{messages: 1w, visitor: 7d}", to: "{visitors: 0d}")
    #expect(
      shop.headlines() == [
        "config/reprise.yaml:11:23: error: 'visitors' cannot be zero; give a duration such as 30d, or remove the line"
      ])
  }

  @Test func `secrets that are not there are errors, warnings or not asked for`() {
    var shop = ShopDirectory()
    #expect(shop.headlines() == [])
    shop.secrets = SecretSource(credentialsDirectory: nil, environment: [:])
    #expect(
      shop.headlines() == [
        "config/reprise.yaml:10:16: error: the environment has no KEY; set it, or correct the name"
      ])
    shop.secrets?.missing = .warning
    #expect(
      shop.headlines() == [
        "config/reprise.yaml:10:16: warning: the environment has no KEY; set it, or correct the name"
      ])
    #expect(shop.load().loaded != nil)
    shop.secrets?.environment["KEY"] = "hunter2"
    #expect(shop.headlines() == [])
    #expect(shop.load().loaded?.settings.http.writeKeys.map { $0.reveal() } == ["hunter2"])
  }
}
