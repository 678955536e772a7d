import Domain
import Support
import Testing

@testable import Templates

/// Every filter, operator and tag over the most extreme values there are: an answer or an error, never the end of the
/// process. What ended it once stands first.
@Suite struct FilterFuzzTests {
  static let values: [Value] = {
    let cny = Currency("CNY")!
    let (jpy, kwd) = (Currency("JPY")!, Currency("KWD")!)
    let numbers: [Value] =
      [
        0, 1, -1, 2, 3, 9, 10, 63, 64, 65, 1000, 99_999, 1 << 53, (1 << 53) + 1, .max, .max - 1, .min,
        .min + 1, -(1 << 53),
      ]
      .map { .integer($0) }
    let fractions: [Value] =
      [
        0.0, -0.0, 0.1, -0.5, 1.5, 2.675, 1e15, -1e15, 1e16, 1e22, 1e23, 1e-7, 1e300, -1e308,
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude,
        9_223_372_036_854_775_808, -9_223_372_036_854_775_808, 18_446_744_073_709_551_616,
        170_141_183_460_469_231_731_687_303_715_884_105_728, .infinity, -.infinity, .nan, .ulpOfOne,
      ].map { .number($0) }
    let texts: [Value] = [
      "-170141183460469231731687303715884105.7", "0.028", "-170141183460469231731687303715884105728",
      "170141183460469231731687303715884105727", "0.00000000000000000000000000000000000001",
      "9999999999999999999999999999999999999", "-9999999999999999999999999999999999999.9",
      "1.7014118346046923e38",
      String(repeating: "9", count: 400), "0." + String(repeating: "0", count: 400) + "1",
      "-" + String(repeating: "9", count: 36) + ".9", "9223372036854775807", "-9223372036854775808",
      "9223372036854775808",
      "0x7fffffffffffffff", "-0x8000000000000000", "0b", "0o", "0x", "-", "+", "--1", "1_000", "1__0", "_1",
      ".5", "5.",
      "1e309", "", " ", "\0", "\u{FEFF}", "a", "%", "%%", "%1024N%0005d%-9_^#:::z", "%c%+%v",
      "%s|%G-%V|%U|%W|%j|%u|%y|%C|%Z|%::z", "<", "<!--",
      "<script", "&",
      "&#", "茶", "e\u{301}\u{323}", "\u{301}", "👨‍👩‍👧", "\u{1F1E8}\u{1F1F3}", "ß", "ŉ", "İ", "ﬃ", "now", "today",
      "9999-12-31", "-9999-01-01", "0000-00-00", "2026-02-30", "2026-02-29T24:00:60+23:59",
      "99999999999999999999",
      "12:34:56.789am", "1st Jan 999999999", "USD", "kwd", "A\n\r\n", "=", "YQ==", "%ff", "+", "12am", "0am",
      "99pm", "t1", "20260101t1",
      String(repeating: "ab", count: 300),
    ].map { .string($0) }
    let others: [Value] = [
      .null, .bool(true), .bool(false), .instant(Instant(milliseconds: .max)),
      .instant(Instant(milliseconds: .min)),
      .instant(.distantFuture), .instant(.distantPast), .instant(Instant(milliseconds: -1)),
      .money(Money(minorUnits: .max, currency: cny)), .money(Money(minorUnits: .min, currency: cny)),
      .money(Money(minorUnits: .max, currency: jpy)), .money(Money(minorUnits: .min, currency: jpy)),
      .money(Money(minorUnits: .max, currency: kwd)), .money(Money(minorUnits: .min, currency: kwd)),
      .money(Money(minorUnits: 1, currency: kwd)), .money(Money(minorUnits: -1, currency: cny)), .array([]),
      .object([:]),
    ]
    let plain = numbers + fractions + texts + others
    let lists: [Value] = [
      .array(numbers), .array(fractions), .array(Array(texts.prefix(20))), .array(others),
      .array([.array(numbers), .array([.array(fractions)])]), .array(plain),
      .array([["a": .integer(.max)], ["a": .integer(.min)], ["a": .number(.nan)], ["b": 1]]),
      .array([.money(Money(minorUnits: .max, currency: cny)), .money(Money(minorUnits: .max, currency: cny))]
      ),
      .object(["a": .integer(.min), "size": .null, "first": .array([]), "": .string("")]),
    ]
    return plain + lists
  }()

  static let filters: [(name: String, arity: ClosedRange<Int>)] = [
    ("append", 1...1), ("prepend", 1...1), ("capitalize", 0...0), ("downcase", 0...0), ("upcase", 0...0),
    ("escape", 0...0),
    ("h", 0...0), ("escape_once", 0...0), ("lstrip", 0...0), ("rstrip", 0...0), ("strip", 0...0),
    ("newline_to_br", 0...0),
    ("strip_html", 0...0), ("strip_newlines", 0...0), ("remove", 1...1), ("remove_first", 1...1),
    ("remove_last", 1...1),
    ("replace", 1...2), ("replace_first", 1...2), ("replace_last", 2...2), ("slice", 1...2), ("split", 1...1),
    ("truncate", 0...2), ("truncatewords", 0...2), ("url_encode", 0...0), ("url_decode", 0...0),
    ("base64_encode", 0...0),
    ("base64_decode", 0...0), ("base64_url_safe_encode", 0...0), ("base64_url_safe_decode", 0...0),
    ("abs", 0...0),
    ("at_least", 1...1), ("at_most", 1...1), ("ceil", 0...0), ("divided_by", 1...1), ("floor", 0...0),
    ("minus", 1...1),
    ("modulo", 1...1), ("plus", 1...1), ("round", 0...1), ("times", 1...1), ("compact", 0...1),
    ("concat", 1...1),
    ("find", 1...2), ("find_index", 1...2), ("first", 0...0), ("has", 1...2), ("join", 0...1),
    ("last", 0...0), ("map", 1...1),
    ("reject", 1...2), ("reverse", 0...0), ("size", 0...0), ("sort", 0...1), ("sort_natural", 0...1),
    ("sum", 0...1),
    ("uniq", 0...1), ("where", 1...2), ("date", 1...1), ("squish", 0...0), ("default", 0...1),
    ("money", 0...1), ("json", 0...0),
    ("raw", 0...0),
  ]

  private func run(_ template: Template, _ data: [Value], strict: Bool) {
    var roots: Record = [:]
    for (name, value) in zip(["a", "b", "c", "d"], data) { roots[name] = value }
    var context = RenderContext.test(roots)
    context.isStrict = strict
    context.limits = RenderLimits(outputBytes: 100_000, loopSteps: 2000, totalSteps: 100_000, depth: 30)
    do { _ = try template.render(context) } catch {}
  }

  private func parsed(_ text: String) throws -> Template {
    try Template.parse(text, name: "mail", escape: .html)
  }

  @Test func `the numbers that ended the process are only subtracted`() throws {
    let data: Record = ["a": "-170141183460469231731687303715884105.7", "b": "0.028"]
    #expect(try parsed("{{ a | minus: b }}").render(RenderContext.test(data)) == "-1.7014118346046924e+35")
  }

  @Test func `no filter is left out`() {
    #expect(Self.filters.map(\.name).sorted() == Filter.allCases.map(\.rawValue).sorted())
    #expect(Self.filters.allSatisfy { Filter(rawValue: $0.name)?.arity == $0.arity })
  }

  @Test(arguments: filters.map(\.name))
  func `no value ends the process in a filter`(name: String) throws {
    let arity = Self.filters.first { $0.name == name }!.arity
    let names = ["b", "c"]
    var generator = TemplateGenerator(SeededGenerator(usual: 77))
    let values = Self.values
    for count in arity {
      let arguments = names.prefix(count).joined(separator: ", ")
      let template = try parsed("{{ a | \(name)\(count > 0 ? ": " : "")\(arguments) }}")
      let isArithmetic = ["divided_by", "minus", "modulo", "plus", "times", "at_least", "at_most", "round"]
        .contains(name)
      for a in values {
        if count == 0 {
          run(template, [a], strict: false)
        } else if isArithmetic {
          for b in values { run(template, [a, b], strict: false) }
        } else {
          for _ in 0..<12 {
            run(
              template, [a, values[generator.random(values.count)], values[generator.random(values.count)]],
              strict: false)
          }
        }
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `no chain of filters ends the process`(seed: UInt64) throws {
    var generator = TemplateGenerator(SeededGenerator(seed: seed))
    for _ in 0..<1500 {
      var text = "{{ a"
      for _ in 0...generator.random(4) {
        let (name, arity) = Self.filters[generator.random(Self.filters.count)]
        let count = arity.lowerBound + generator.random(arity.count)
        text += " | \(name)"
        if count > 0 {
          text +=
            ": " + (0..<count).map { _ in ["b", "c", "d"][generator.random(3)] }.joined(separator: ", ")
        }
      }
      let template = try parsed(text + " }}")
      for _ in 0..<3 {
        run(template, (0..<4).map { _ in Self.values[generator.random(Self.values.count)] }, strict: false)
      }
    }
  }

  @Test(arguments: ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"])
  func `no value ends the process in a comparison`(sign: String) throws {
    let condition = try Condition.parse("a \(sign) b")
    for a in Self.values {
      for b in Self.values { _ = try? condition.evaluate(RenderContext.test(["a": a, "b": b])) }
    }
  }

  @Test(arguments: [
    "{% for x in a limit: b offset: c %}{{ x }}{{ forloop.rindex0 }}{% endfor %}",
    "{% for x in a reversed offset: b %}{{ x }}{% endfor %}",
    "{% for x in (a..b) limit: 3 %}{{ x }}{% endfor %}",
    "{% for x in (a..b) offset: c limit: d %}{{ x }}{{ forloop.length }}{% endfor %}",
    "{% for x in a limit: b %}{{ x }}{% endfor %}{% for x in a offset: continue %}{{ x }}{% endfor %}",
    "{% tablerow x in a cols: b limit: c offset: d %}{{ x }}{% endtablerow %}",
    "{% tablerow x in (a..b) cols: c limit: 3 %}{{ x }}{% endtablerow %}",
    "{{ a[b] }}{{ a[b][c] }}{{ a.size }}{{ a.first }}{{ a.last }}",
    "{{ [a] }}{{ (a..b) | size }}{{ (a..b) }}",
    "{% cycle a: b, c, d %}{% cycle a, b %}",
    "{% case a %}{% when b, c %}x{% when d %}y{% else %}z{% endcase %}",
    "{% assign a = a | minus: b %}{% assign b = b | times: a | plus: c %}{{ a }}{{ b }}",
    "{% increment a %}{% decrement a %}{{ a }}",
    "{% capture x %}{{ a }}{{ b }}{% endcapture %}{{ x | slice: c, d }}",
    "<a href=\"{{ a }}\">{% echo b %}", "{% ifchanged %}{{ a }}{% endifchanged %}", "{% abort a %}",
    "{% if a %}{% elsif b > c and d contains a or a == blank and b == empty %}x{% endif %}",
    "{{ a | split: b | sort | reverse | join: c | slice: d }}",
  ])
  func `no value ends the process in a tag`(text: String) throws {
    let template = try parsed(text)
    var generator = TemplateGenerator(SeededGenerator(usual: 31))
    for _ in 0..<1500 {
      run(
        template, (0..<4).map { _ in Self.values[generator.random(Self.values.count)] },
        strict: generator.random(2) == 0)
    }
  }
}
