import Platform
import Support
import Testing

@Suite struct LogFormatTests {
  private func line(_ format: LogFormat, _ level: LogLevel = .info, _ fields: Logger.Fields = [:]) -> String {
    let log = InMemoryLog()
    Logger(to: log, minimum: .debug, now: { 1_772_359_200_123 }).log(level, "message_sent", fields)
    var bytes: [UInt8] = []
    format.append(log.events[0], to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `each format writes one line`() {
    let fields: Logger.Fields = [
      "trigger": "welcome", "count": 3, "took": Duration.milliseconds(1250), "ok": true, "none": String?.none,
    ]
    #expect(
      line(.journal, .info, fields) == "<6>message_sent trigger=welcome count=3 took=1.25 ok=true\n")
    #expect(
      line(.logfmt, .warning, fields)
        == "time=2026-03-01T10:00:00.123Z level=warning event=message_sent trigger=welcome count=3 took=1.25 ok=true\n"
    )
    #expect(
      line(.terminal(color: false), .info, fields)
        == "10:00:00.123 info    message_sent trigger=welcome count=3 took=1.25 ok=true\n")
    #expect(line(.terminal(color: true), .error) == "10:00:00.123 \u{1B}[31merror\u{1B}[0m   message_sent\n")
    #expect(
      line(.json, .debug, fields)
        == #"{"time":"2026-03-01T10:00:00.123Z","level":"debug","event":"message_sent","trigger":"welcome","count":3,"took":1.25,"ok":true,"none":null}"#
        + "\n")
  }

  @Test(
    arguments: [
      (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3),
    ] as [(LogLevel, Int)])
  func `the journal gets the priority of syslog`(level: LogLevel, priority: Int) {
    #expect(line(.journal, level) == "<\(priority)>message_sent\n")
  }

  @Test(arguments: [
    ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#), ("x\n<3>forged", #""x\n<3>forged""#),
    ("\u{1B}[2J", #""\u001b[2J""#), ("\r\t\0", #""\r\t\u0000""#), ("\u{9B}31m", #""\u009b31m""#),
    ("a\u{202E}b", #""a\u202eb""#),
    ("\u{2028}", #""\u2028""#), ("say \"hi\" \\", #""say \"hi\" \\""#), ("中文", #""中文""#),
    ("plain-1.5/x@y", "plain-1.5/x@y"),
  ])
  func `no field can forge a line or repaint a terminal`(text: String, shown: String) throws {
    #expect(line(.journal, .info, ["x": text]) == "<6>message_sent x=\(shown)\n")
    let json = line(.json, .info, ["x": text])
    #expect(json.utf8.filter { $0 < 0x20 }.count == 1)
    #expect(try JSON.parse(json, limits: .init(allowsNUL: true))["x"]?.stringValue == text)
  }

  @Test func `a long field is cut`() {
    let text = line(.journal, .info, ["x": String(repeating: "a", count: 100_000)])
    #expect(text == "<6>message_sent x=\"" + String(repeating: "a", count: 4096) + "…\"\n")
  }

  @Test(arguments: [
    ("ann@example.com", "a***@example.com"), ("@x.com", "***@x.com"), ("+8613812341234", "+86138****1234"),
    ("13812341234", "138****1234"),
    ("110110", "***10"), ("110", "***"), ("https://hook.example/key", "http***"), ("short", "***"),
    ("", "***"), ("é@x", "é***@x"),
  ])
  func `an address is shortened`(address: String, shown: String) {
    #expect(Redaction.address(address) == shown)
  }

  @Test func `a secret never prints`() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in [
      "\(secret)", String(reflecting: secret), String(describing: [secret]), dumped,
      line(.json, .info, ["key": secret]),
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("secret"))
    }
    #expect(secret.reveal() == "hunter2")
  }
}
