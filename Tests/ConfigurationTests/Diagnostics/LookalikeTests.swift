import Configuration
import Testing

/// Characters of Chinese keyboards and word processors where YAML needs its own.
struct LookalikeTests {
  private func first(_ file: String, _ part: String, _ other: String) -> String {
    let shop = ShopDirectory()
    shop.change(file, part, to: other)
    return shop.headlines().first ?? ""
  }

  @Test(arguments: [
    ("when: {lapsed: 90d}", "when：{lapsed: 90d}", "write ':' for '：'"),
    ("when: {lapsed: 90d}", "when: ｛lapsed: 90d｝", "write '{' for '｛'"),
    ("channel: email,", "channel: “email”,", "write '\"' for '“'"),
    ("channel: email,", "channel: [sms，email],", "write ',' for '，'"),
    ("{lapsed: 90d}", "{lapsed: ９０d}", "write '9' for '９'"),
    ("steps:", "audience: customer.orders_count ＞ 1\nsteps:", "write '>' for '＞'"),
  ])
  func `a wide character is named with the one that was meant`(part: String, other: String, advice: String) {
    let shop = ShopDirectory()
    shop.change("triggers/win-back.yaml", part, to: other)
    let headlines = shop.headlines()
    #expect(headlines.contains { $0.contains(": error: ") && $0.contains("; \(advice)") }, "\(headlines)")
  }

  @Test func `the advice is given once, and not where quotes make it text`() {
    #expect(
      first("triggers/win-back.yaml", "{lapsed: 90d}", "{lapsed: 9０d}")
        == "config/triggers/win-back.yaml:2:16: error: 'lapsed' must be a duration such as 90s, 1h30m or 3d, not '9０d'; write '0' for '０'; the units are w, d, h, m, s and ms"
    )
    let headline = first("triggers/win-back.yaml", "channel: email,", "channel: \"电，邮\",")
    #expect(headline.contains("'电，邮'") && !headline.contains("write ','"), "\(headline)")
  }

  @Test func `what an unknown event causes stands behind it`() {
    let shop = ShopDirectory()
    shop.change("triggers/win-back.yaml", "{lapsed: 90d}", to: "{event: order_complete}")
    shop.change("templates/winback/miss-you.html.liquid", "Come back.", to: "{{ order.ids }}")
    let report = shop.load().report
    #expect(report.errorLines == report.diagnostics.map(\.headline).joined(separator: "\n"))
    #expect(
      shop.headlines() == [
        "config/triggers/win-back.yaml:2:15: warning: 'order_complete' is not an event that Reprise knows; did you mean 'order_completed'?",
        "config/templates/winback/miss-you.html.liquid:4:13: error: unknown property 'ids' of 'order'; did you mean 'id'?",
      ])
  }
}
