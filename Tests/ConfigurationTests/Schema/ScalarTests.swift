import Configuration
import Domain
import Platform
import Testing

/// The answer of a shape to `key: TEXT`: the value's description, or the messages.
func answer<Value>(
  _ shape: Shape<Value>, _ text: String, environment: DecodingEnvironment = DecodingEnvironment()
) -> String {
  let file = Shape<Value>.mapping("test", .required("key", shape, "A key.")) { $0 }
  let source = SourceText(path: "t.yaml", bytes: Array("key: \(text)\n".utf8))
  let (value, diagnostics) = file.decode(source, environment: environment)
  let messages = diagnostics.map { diagnostic in
    let text = diagnostic.hint.map { "\(diagnostic.message); \($0)" } ?? diagnostic.message
    return diagnostic.severity == .warning ? "warning: \(text)" : text
  }
  return ([value.map { "\($0)" }] + messages).compactMap(\.self).joined(separator: " | ")
}

struct ScalarTests {
  @Test(arguments: [
    ("no", "no"), ("1.20", "1.20"), ("22:30", "22:30"), ("0777", "0777"), ("2026-01-01", "2026-01-01"),
    ("' x '", " x "),
    ("~", "'key' is empty; give text, or remove the line"),
    ("null", "'key' is empty; give text, or remove the line"),
    ("", "'key' is empty; give text, or remove the line"),
    ("''", "'key' is empty; give text, or remove the line"),
    ("\"null\"", "null"), ("[a]", "'key' must be text, not a list"),
    ("{a: b}", "'key' must be text, not a mapping"),
    ("\"a\\nb\"", "'key' must be one line; remove the line ends"),
    ("123456789012345678901", "'key' has 21 characters; at most 20 are allowed"),
  ])
  func `text is what was written`(text: String, expected: String) {
    #expect(answer(.text(maximum: 20), text) == expected)
  }

  @Test(arguments: [
    ("win_back", "win_back"), ("a1", "a1"),
    ("Win-Back", "'key' must be a name such as win_back, not 'Win-Back'; write 'win_back'"),
    (
      "a/b",
      "'key' must be a name such as win_back, not 'a/b'; use small letters, digits and '_', beginning with a letter"
    ),
    (
      "1a",
      "'key' must be a name such as win_back, not '1a'; use small letters, digits and '_', beginning with a letter"
    ),
    (String(repeating: "a", count: 300), "'key' has 300 characters; a name has at most 64"),
  ])
  func `identifiers are small`(text: String, expected: String) {
    #expect(answer(.identifier, text) == expected)
  }

  @Test(arguments: [
    ("order_completed", "order_completed"), ("下单成功", "下单成功"), ("é_order", "é_order"), ("618大促", "618大促"),
    ("下单 成功", "'key' must be a name such as quiz_finished, not '下单 成功'; write '下单_成功'"),
    (
      "Äpfel Gekauft",
      "'key' must be a name such as quiz_finished, not 'Äpfel Gekauft'; write 'Äpfel_gekauft'"
    ),
    ("Quiz", "'key' must be a name such as quiz_finished, not 'Quiz'; write 'quiz'"),
    (
      String(repeating: "茶", count: 43),
      "'key' has 129 bytes; the name of an event has at most 128"
    ),
  ])
  func `an event has a name in any script, as events are stored under it`(text: String, expected: String) {
    #expect(answer(.eventName(example: "quiz_finished"), text) == expected)
  }

  @Test(arguments: [
    ("winback/miss-you", "winback/miss-you"),
    (
      "../../etc/shadow",
      "'key' must be a template name such as winback/miss-you, not '../../etc/shadow'; leave out the ending, and do not leave the template directory"
    ),
    (
      "/etc/shadow",
      "'key' must be a template name such as winback/miss-you, not '/etc/shadow'; use small letters, digits, '_', '-' and '/' between them"
    ),
    (
      "a//b",
      "'key' must be a template name such as winback/miss-you, not 'a//b'; use small letters, digits, '_', '-' and '/' between them"
    ),
  ])
  func `template names stay below their directory`(text: String, expected: String) {
    #expect(answer(.templateName, text) == expected)
  }

  @Test(arguments: [
    ("true", "true"), ("false", "false"), ("yes", "'key' must be true or false, not 'yes'; write true"),
    ("Off", "'key' must be true or false, not 'Off'; write false"),
    ("'true'", "'key' must be true without quotes"), ("1", "'key' must be true or false, not '1'"),
  ])
  func `booleans are true and false`(text: String, expected: String) {
    #expect(answer(.bool, text) == expected)
  }

  @Test(arguments: [
    ("7", "7"), ("-1", "'key' must be a whole number from 1 to 100, not '-1'"),
    (
      "9223372036854775808",
      "'key' must be a whole number from 1 to 100, not '9223372036854775808'; the number is too large"
    ),
    ("1e309", "'key' must be a whole number from 1 to 100, not '1e309'"),
    ("NaN", "'key' must be a whole number from 1 to 100, not 'NaN'"),
    ("0777", "'key' must be a whole number from 1 to 100, not '0777'; remove the leading zero"),
    ("0x1F", "'key' must be a whole number from 1 to 100, not '0x1F'"),
    ("1_0", "'key' must be a whole number from 1 to 100, not '1_0'; write the digits without '_'"),
    ("1.0", "'key' must be a whole number from 1 to 100, not '1.0'"),
    ("'7'", "'key' must be a whole number from 1 to 100, not '7'; remove the quotes"),
  ])
  func `whole numbers`(text: String, expected: String) {
    #expect(answer(.integer(1...100), text) == expected)
  }

  @Test(arguments: [
    ("10%", "10%"), ("0.5%", "0.5%"), ("0.05%", "0.05%"), ("12.34%", "12.34%"), ("100%", "100%"),
    ("0%", "0%"),
    ("10", "'key' must be a share such as 10%, not '10'; write 10%"),
    ("101%", "'key' must be a share such as 10%, not '101%'; it lies between 0% and 100%"),
    ("-1%", "'key' must be a share such as 10%, not '-1%'"),
    ("%", "'key' must be a share such as 10%, not '%'"),
  ])
  func `shares`(text: String, expected: String) {
    // A plain scalar cannot begin with '%'.
    #expect(answer(.percentage, text == "%" ? "'%'" : text) == expected)
  }

  @Test(arguments: [
    ("90s", "1m30s"), ("10m", "10m"), ("1h30m", "1h30m"), ("3d", "3d"), ("2w", "2w"), ("500ms", "500ms"),
    ("1w1ms", "1w1ms"),
    ("90", "'key' needs a unit; write 90s, 90m, 90h or 90d"),
    ("0", "'key' needs a unit; a duration is written like 90s, 10m, 1h or 3d"),
    ("0s", "'key' cannot be zero; give a duration such as 3d, or remove the line"),
    ("-3d", "'key' cannot be negative; give a duration such as 3d"),
    (
      "1.5h",
      "'key' must be a duration such as 90s, 1h30m or 3d, not '1.5h'; write whole numbers: 1h30m instead of 1.5h"
    ),
    ("3 d", "'key' must be a duration such as 90s, 1h30m or 3d, not '3 d'; write it without spaces"),
    (
      "30m1h",
      "'key' must be a duration such as 90s, 1h30m or 3d, not '30m1h'; give the larger unit first, and each once"
    ),
    (
      "1mo",
      "'key' must be a duration such as 90s, 1h30m or 3d, not '1mo'; months and years differ in length; write days, such as 30d or 365d"
    ),
    ("3D", "'key' must be a duration such as 90s, 1h30m or 3d, not '3D'; the units are w, d, h, m, s and ms"),
    ("soon", "'key' must be a duration such as 90s, 1h30m or 3d, not 'soon'"),
    ("99999999999999999999d", "'key' is too long"), ("9223372036854775807w", "'key' is too long"),
    ("36501d", "'key' is too long; at most 5214w2d"),
    (
      "1h30",
      "'key' must be a duration such as 90s, 1h30m or 3d, not '1h30'; the units are w, d, h, m, s and ms"
    ),
  ])
  func `durations carry units`(text: String, expected: String) {
    let shown = Shape<Duration>.duration().map(\.written)
    #expect(answer(shown, text) == expected)
  }

  @Test func `zero is a duration where it is allowed`() {
    #expect(answer(Shape<Duration>.duration(zeroAllowed: true).map(\.written), "0s") == "0s")
  }

  @Test(arguments: [
    ("\"21:00\"", "21:00"), ("'09:05'", "09:05"),
    ("21:00", "'key' must be quoted: YAML reads 21:00 as the number 1260; write \"21:00\""),
    ("09:00", "'key' must be quoted; write \"09:00\""),
    ("\"24:00\"", "'key' must be a clock time such as \"21:00\", not '24:00'; write \"00:00\""),
    ("\"25:00\"", "'key' must be a clock time such as \"21:00\", not '25:00'; hours go to 23, minutes to 59"),
    ("\"9:00\"", "'key' must be a clock time such as \"21:00\", not '9:00'; write \"09:00\""),
    ("9pm", "'key' must be a clock time such as \"21:00\", not '9pm'"),
  ])
  func `clock times are quoted`(text: String, expected: String) {
    #expect(answer(.clockTime, text) == expected)
  }

  @Test(arguments: [
    ("50/s", "50/s"), ("10/m", "10/m"), ("1000/h", "1000/h"),
    ("50", "'key' needs a unit; write 50/s, 50/m or 50/h"),
    ("-1", "'key' must be a rate such as 50/s or 10/m, not '-1'"),
    ("0/s", "'key' is out of range; it lies between 1 and 1000000"),
    ("9223372036854775808/s", "'key' is out of range; it lies between 1 and 1000000"),
    ("5/w", "'key' must be a rate such as 50/s or 10/m, not '5/w'; the units are s, m, h and d"),
    ("/s", "'key' must be a rate such as 50/s or 10/m, not '/s'"),
  ])
  func `rates`(text: String, expected: String) {
    #expect(answer(.rate, text) == expected)
  }

  @Test(arguments: [
    ("https://shop.example/x?y#z", "https shop.example nil /x?y#z"), ("http://[::1]:80", "http ::1 80 "),
    ("https://SHOP.example:8443", "https shop.example 8443 "),
    ("http://user:pw@host", "'key' holds a password; put it into a key of its own as ${credential:NAME}"),
    ("http://user@host", "'key' holds a user name; put it into a key of its own"),
    ("ftp://x", "'key' must begin with https:// or http://"),
    ("shop.example", "'key' must begin with https:// or http://"),
    ("https://", "'key' names no host; write it like https://host.example"),
    ("https://a:0", "'key' has no true port; a port lies between 1 and 65535"),
    ("https://a:99999", "'key' has no true port; a port lies between 1 and 65535"),
    (
      "https://a\\@b",
      "'key' holds a character that no URL can; write other hosts in punycode, other paths with '%'"
    ),
    ("https://茶.example", "'key' holds a character that no URL can; write its host as xn--cl1a.example"),
    (
      "https://BÜCHER.example:1/x",
      "'key' holds a character that no URL can; write its host as xn--bcher-kva.example"
    ),
    (
      "https://茶.example/茶",
      "'key' holds a character that no URL can; write other hosts in punycode, other paths with '%'"
    ),
    ("https://a!b/", "'key' has no true host name"),
    ("https://a..b/", "'key' has no true host name"), ("https://-a.b/", "'key' has no true host name"),
    ("https://a.b./", "'key' has no true host name"), ("https://a%2eb/", "'key' has no true host name"),
    ("https://127.1/", "'key' has no true host name; write an address as four numbers, such as 127.0.0.1"),
    ("https://0x7f.1/", "'key' has no true host name; write an address as four numbers, such as 127.0.0.1"),
    (
      "https://2130706433/",
      "'key' has no true host name; write an address as four numbers, such as 127.0.0.1"
    ),
    (
      "https://1.2.3.256/", "'key' has no true host name; write an address as four numbers, such as 127.0.0.1"
    ),
    ("https://127.0.0.1/", "https 127.0.0.1 nil /"),
    ("https://[::ffff:1.2.3.4]/", "https ::ffff:1.2.3.4 nil /"),
    ("https://[1:2]/", "'key' has no IPv6 address in its brackets"),
    ("https://[fe80::1%25eth0]/", "'key' has no IPv6 address in its brackets"),
    ("https://a/%zz", "'key' holds a '%' without two hexadecimal digits; write it as %25"),
    ("https://a/x%2", "'key' holds a '%' without two hexadecimal digits; write it as %25"),
    ("https://a/x/../y", "'key' holds the step '..'; write the path that is meant"),
    ("https://a/%2E/y", "'key' holds the step '%2E'; write the path that is meant"),
    ("https://a/..y?z=../", "https a nil /..y?z=../"),
  ])
  func `web addresses`(text: String, expected: String) {
    let shape = Shape<ServiceURL>.webURL.map { url in
      "\(url.scheme) \(url.host) \(url.port.map(String.init) ?? "nil") \(url.path)"
    }
    #expect(answer(shape, text) == expected)
  }

  @Test(arguments: [
    ("127.0.0.1:8750", "127.0.0.1:8750 true"), ("\"[::1]:80\"", "[::1]:80 true"),
    ("0.0.0.0:80", "0.0.0.0:80 false"),
    ("127.0.0.1:0", "127.0.0.1:0 true"),
    ("localhost:80", "'key' must be an address such as 127.0.0.1:8750, not 'localhost:80'; write 127.0.0.1"),
    ("8750", "'key' must be an address such as 127.0.0.1:8750, not '8750'"),
    ("127.0.0.1", "'key' names no port; write 127.0.0.1:8750"),
  ])
  func `listening addresses`(text: String, expected: String) {
    #expect(answer(Shape<ListenAddress>.listenAddress.map { "\($0) \($0.isLoopback)" }, text) == expected)
  }

  @Test(arguments: [
    ("Asia/Shanghai", "Asia/Shanghai"), ("UTC", "UTC"),
    (
      "Europe/Berln",
      "'key' must be a time zone such as Asia/Shanghai, not 'Europe/Berln'; did you mean 'Europe/Berlin'?"
    ),
    ("../../etc/passwd", "'key' must be a time zone such as Asia/Shanghai, not '../../etc/passwd'"),
    (
      "UTC+25",
      "'key' must be a time zone such as Asia/Shanghai, not 'UTC+25'; name a place, so that summer time is known"
    ),
    ("tzdata.zi", "'key' must be a time zone such as Asia/Shanghai, not 'tzdata.zi'"),
  ])
  func `time zones are those of the machine`(text: String, expected: String) {
    #expect(answer(.timeZone, text) == expected)
  }

  @Test(arguments: [
    ("CNY", "CNY"), ("cny", "'key' must be a currency code such as CNY, not 'cny'; write CNY"),
    ("RMB", "'key' must be a currency code such as CNY, not 'RMB'; write CNY"),
    ("XYZ", "'key' must be a currency code such as CNY, not 'XYZ'"),
  ])
  func `currencies`(text: String, expected: String) {
    #expect(answer(Shape<Currency>.currency.map(\.code), text) == expected)
  }

  @Test(arguments: [
    ("zh-Hans", "zh-Hans"), ("en-GB", "en-GB"), ("pt", "pt"), ("zh-Hant-TW", "zh-Hant-TW"),
    ("es-419", "es-419"),
    ("zh_CN", "'key' must be a language such as zh-Hans or en-GB, not 'zh_CN'; write zh-CN"),
    ("Chinese", "'key' must be a language such as zh-Hans or en-GB, not 'Chinese'"),
  ])
  func `languages`(text: String, expected: String) {
    #expect(answer(.locale, text) == expected)
  }

  @Test func `words come from the enum`() {
    #expect(answer(Shape<Purpose>.word(), "service") == "service")
    #expect(
      answer(Shape<Purpose>.word(), "marketng")
        == "'key' must be marketing or service, not 'marketng'; did you mean 'marketing'?")
  }
}
