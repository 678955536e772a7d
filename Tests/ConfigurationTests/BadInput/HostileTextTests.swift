import Support
import Testing

/// Accents for every key and value of every kind of file; see `HostileText`.
struct HostileTextTests {
  @Test(arguments: [
    (
      "reprise.yaml",
      ["brand:", "name:", "Qingshan Tea", "https://tea.example/", "Asia/Shanghai", "CNY", "en\n"]
    ),
    (
      "reprise.yaml",
      [
        "store:", "sqlite:///var/lib/reprise/reprise.db", "public_url:", "${env:KEY}", "KEY", "email:",
        "smtp,",
      ]
    ),
    (
      "triggers/win-back.yaml",
      ["trigger:", "win_back", "when", "lapsed", "90d", "channel", "email", "winback"]
    ),
    ("templates/winback/miss-you.html.liquid", ["subject", "It has", "Come back", "unsubscribe_url"]),
  ])
  func `a file is checked at once`(file: String, parts: [String]) {
    for part in parts {
      let extra = HostileText.extraTime { text, _ in
        let shop = ShopDirectory()
        shop.change(file, part, to: String(text.utf8.prefix(400_000)) ?? "")
        _ = shop.report()
      }
      #expect(extra < HostileText.limit, "\(file), \(part)")
    }
  }

  @Test(arguments: [
    "{{ # }}", "{{ customer['#'] }}", "{{ customer.# }}", "{{ 'a' | # }}", "{{ '#' | split: '#' }}",
    "{% # %}",
    "{% assign # = 1 %}", "{% assign a = '#' %}{% if a == '#' %}{% endif %}", "{% cycle '#', 'b' %}",
    "{% case '#' %}{% when '#' %}{% endcase %}", "{% render '#' %}", "{% render 'a', #: 1 %}",
  ])
  func `a template is checked at once`(_ text: String) {
    let extra = HostileText.extraTime { hostile, _ in
      let shop = ShopDirectory()
      let part = String(hostile.utf8.prefix(100_000)) ?? ""
      shop.change(
        "templates/winback/miss-you.html.liquid", "Come back",
        to: text.split(separator: "#", omittingEmptySubsequences: false).joined(separator: part))
      _ = shop.report()
    }
    #expect(extra < HostileText.limit, "\(text)")
  }
}
