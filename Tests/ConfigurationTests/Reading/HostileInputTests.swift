import Configuration
import Decisioning
import Domain
import Glibc
import Platform
import Testing

/// The numbered bad inputs for configuration files, each with the answer that is promised for it.
struct HostileInputTests {
  private func headlines(trigger text: String) -> [String] {
    let shop = ShopDirectory()
    shop.write("triggers/win-back.yaml", text)
    return shop.headlines().map { String($0.dropFirst("config/triggers/win-back.yaml:".utf8.count)) }
  }

  private func trigger(_ lines: String) -> String {
    "trigger: win_back\nwhen: {lapsed: 90d}\n\(lines)\nsteps: [{channel: email, template: winback/miss-you}]\n"
  }

  @Test func `nesting without end is refused at once`() {
    let clock = ContinuousClock()
    let text = String(repeating: "[", count: 200_000)
    let spent = clock.measure {
      #expect(headlines(trigger: text) == ["1:65: error: more than 64 levels inside each other"])
    }
    // Ten milliseconds on a quiet machine; the test runs beside others.
    #expect(spent < .seconds(2))
  }

  @Test(arguments: [
    ("reentry: &a [*a]", "3:10: error: anchors such as '&a' are not used here; remove it"),
    (
      "priority: 10\npriority: 20",
      "4:1: error: key 'priority' stands here twice; the first is on line 3; remove one"
    ),
    (
      "holdout: !!python/object/apply:os.system ls",
      "3:10: error: the tag '!!python/object/apply:os.system' is not used here; remove it"
    ),
    ("priority: 1.20", "3:11: error: 'priority' must be a whole number from 0 to 1000, not '1.20'"),
    ("priority: -1", "3:11: error: 'priority' must be a whole number from 0 to 1000, not '-1'"),
    ("priority: 1e309", "3:11: error: 'priority' must be a whole number from 0 to 1000, not '1e309'"),
    ("priority: NaN", "3:11: error: 'priority' must be a whole number from 0 to 1000, not 'NaN'"),
    (
      "priority: 9223372036854775808",
      "3:11: error: 'priority' must be a whole number from 0 to 1000, not '9223372036854775808'; the number is too large"
    ),
    (
      "priority: 0777",
      "3:11: error: 'priority' must be a whole number from 0 to 1000, not '0777'; remove the leading zero"
    ),
    ("purpose: no", "3:10: error: 'purpose' must be marketing or service, not 'no'"),
    (
      "triger: x",
      "3:1: error: unknown key 'triger' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing"
    ),
    ("audiense: customer.id", "3:1: error: unknown key 'audiense' in trigger; did you mean 'audience'?"),
    ("reentry: 0d", "3:10: error: 'reentry' cannot be zero; give a duration such as 3d, or remove the line"),
    (
      "audience: \"customer.id == '\\u202e'\"",
      "3:11: error: the text direction override U+202E cannot stand in a value; remove its escape"
    ),
    ("holdout: \u{0}", "3:10: error: a NUL character cannot stand in a file; remove it"),
  ])
  func `each hostile line has its answer`(line: String, answer: String) {
    #expect(headlines(trigger: trigger(line)).contains(answer), "\(headlines(trigger: trigger(line)))")
  }

  @Test func `a second document and UTF-16 are refused`() {
    #expect(
      headlines(trigger: trigger("---")) == [
        "3:1: error: a second document begins here; a file holds one; put this into a file of its own"
      ])
    let shop = ShopDirectory()
    shop.write("triggers/win-back.yaml", [0xFF, 0xFE] + Array("trigger: x".utf8).flatMap { [$0, 0] })
    #expect(
      shop.headlines() == ["config/triggers/win-back.yaml:1:1: error: the file is UTF-16; save it as UTF-8"])
  }

  @Test(arguments: [
    ("../../etc/shadow", "leave out the ending, and do not leave the template directory"),
    ("/etc/shadow", "use small letters, digits, '_', '-' and '/' between them"),
  ])
  func `a template lies below the template directory`(name: String, hint: String) {
    let found = headlines(
      trigger: "trigger: win_back\nwhen: {lapsed: 90d}\nsteps: [{channel: email, template: \(name)}]\n")
    #expect(
      found == [
        "3:36: error: 'template' must be a template name such as winback/miss-you, not '\(name)'; \(hint)"
      ])
  }

  @Test(arguments: [
    (
      "Asia/Shanghai", "../../etc/passwd",
      "4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not '../../etc/passwd'"
    ),
    (
      "Asia/Shanghai", "UTC+25",
      "4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not 'UTC+25'; name a place, so that summer time is known"
    ),
    (
      "https://tea.example/", "http://user:pw@tea.example",
      "3:8: error: 'url' holds a password; put it into a key of its own as ${credential:NAME}"
    ),
    (
      "sqlite:///var/lib/reprise/reprise.db", "postgresql://reprise:hunter2@db/reprise",
      "7:8: error: 'store' holds a password; remove it, and name a file of libpq with it in PGPASSFILE"
    ),
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
      "9:15: warning: mailbox providers follow only https for one-click unsubscribing; write https://"
    ),
    (
      "public_url: https", "listen: 0.0.0.0:80\n  public_url: https",
      "9:11: warning: this listens beyond this machine, without TLS; listen on 127.0.0.1 behind a proxy with TLS, or let a firewall keep others out"
    ),
    (
      "\n  write_keys: [\"${env:KEY}\"]", "",
      "9:3: warning: no write_keys: the event API refuses everybody; add write_keys: [\"${credential:write_key}\"]"
    ),
    (
      "${env:KEY}", "hunter2",
      "10:16: warning: item 1 of 'write_keys' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}"
    ),
  ])
  func `reprise.yaml is held to the same`(part: String, other: String, answer: String) {
    let shop = ShopDirectory()
    shop.change("reprise.yaml", part, to: other)
    #expect(shop.headlines() == ["config/reprise.yaml:\(answer)"])
    #expect(!shop.report().contains("hunter2"))
  }

  @Test func `what is no regular file below the directory is not opened`() {
    let shop = ShopDirectory()
    symlink("/etc/passwd", "\(shop.path)/templates/winback/passwd.html.liquid")
    mkfifo("\(shop.path)/templates/winback/pipe.html.liquid", 0o644)
    shop.write("templates/winback/big.html.liquid", [UInt8](repeating: 32, count: 1 << 20 + 1))
    #expect(
      shop.headlines() == [
        "config/templates/winback/big.html.liquid: error: the file has more than 1048576 bytes",
        "config/templates/winback/passwd.html.liquid: error: the file leads out of the configuration directory",
        "config/templates/winback/pipe.html.liquid: error: the file is not a regular file",
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
