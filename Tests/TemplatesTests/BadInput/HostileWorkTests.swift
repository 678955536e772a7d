import Domain
import Synchronization
import Templates
import Testing

/// Templates that are small and work that is not: each ends by a limit, long before anybody waits for it.
@Suite(.serialized) struct HostileWorkTests {
  /// A debug build on a busy machine, with a fifth of the steps that a message may take.
  static let patience = Duration.seconds(10)

  static let roots: Record = {
    let big = String(repeating: "abcdefghi ", count: 100_000)
    let numbers = Value.array((0..<10_000).map { .integer(Int64($0 &* 7919 % 10_007)) })
    let person: Value = .object(["name": .string(big), "age": .integer(3)])
    let people = Value.array(Array(repeating: person, count: 10_000))
    var nested = Value.array([.string(big)])
    for _ in 0..<60 { nested = .array([nested, nested]) }
    var fields = Record()
    for number in 0..<10_000 { fields["field\(number)"] = .integer(Int64(number)) }
    return [
      "big": .string(big), "other": .string(String(big.dropLast()) + "!"), "blanks": .string(blanks),
      "marks": .string(marks), "numbers": numbers,
      "people": people, "same": people, "nested": nested, "twin": nested, "fields": .object(fields),
      "texts": .array(Array(repeating: .string(big), count: 10_000)),
      "runs": .array([.string(marks), .string(marks + "a")]), "now": .instant(Instant(seconds: 1)),
    ]
  }()
  /// Normalising such a run takes minutes.
  private static let marks = "e" + String(repeating: "\u{0301}\u{0323}", count: 250_000)
  /// As long as a text may be that is still read as a date, and wrong in every way that is tried.
  private static let longDate = String(repeating: "1-2/3.4 mar ", count: 10)
  private static let blanks = String(repeating: " ", count: 1_000_000)

  private static let steps = "the template takes more than 400000 steps; make it simpler"
  private static let rounds = "loops go round more than 100000 times; limit them with 'limit:'"
  private static let size = "the text grows beyond 2097152 bytes; make it shorter"

  private static func looped(_ body: String) -> String {
    "{% for a in (1..300) %}{% for b in (1..300) %}\(body){% endfor %}{% endfor %}"
  }

  private func outcome(
    _ text: String, escape: EscapeMode = .none, steps: Int = 400_000, _ partials: [String: String] = [:]
  ) -> String {
    do {
      var context = RenderContext.test(Self.roots)
      context.limits.totalSteps = steps
      for (name, text) in partials {
        context.library[name] = try Template.parse(text, name: name, escape: escape)
      }
      let text = try Template.parse(text, name: "mail", escape: escape).render(context)
      return "sent \(text.utf8.count) bytes"
    } catch {
      let text = "\(error)"
      return text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 3).last.map {
        String(Substring($0.dropFirst()))
      } ?? text
    }
  }

  private func expect(_ text: String, _ reason: String, escape: EscapeMode = .none, steps: Int = 400_000) {
    let clock = ContinuousClock()
    let spent = clock.measure {
      #expect(outcome(text, escape: escape, steps: steps) == reason, "\(text.prefix(200))")
    }
    #expect(spent < Self.patience, "\(text.prefix(200))")
  }

  @Test(arguments: [
    "{% if big == other %}{% endif %}", "{% if big < other %}{% endif %}",
    "{% if big contains 'zz' %}{% endif %}",
    "{% if blanks == blank %}{% endif %}", "{% if people == same %}{% endif %}",
    "{% if nested == twin %}{% endif %}",
    "{% if texts contains other %}{% endif %}", "{% unless big != other %}{% endunless %}",
    "{% case big %}{% when other, other, other %}{% endcase %}", "{% assign x = big.size %}",
    "{% assign x = fields[big] %}", "{% assign x = [big] %}", "{% assign x = [marks] %}",
    "{% cycle marks: 'a' %}", "{% assign x = people[0][marks] %}",
    "{% if fields contains big %}{% endif %}",
    "{% if now < '\(longDate)' %}{% endif %}", "{% if now == '\(longDate)' %}{% endif %}",
    "{% cycle big: 'a' %}", "{% capture x %}{{ big }}{% endcapture %}",
    "{% capture x %}{% cycle big, big %}{% endcapture %}", "{% for f in fields limit: 1 %}{% endfor %}",
  ])
  func `conditions, keys and captures in a loop are paid for`(body: String) {
    expect(Self.looped(body), Self.steps)
  }

  /// Going through a loop once more begins with the variables of before, so they are kept beside it.
  @Test(arguments: [
    ("{% for c in numbers limit: 1 %}{% assign v0 = 1 %}{% endfor %}", 0),
    ("{% tablerow c in numbers limit: 1 %}{% assign v0 = 1 %}{% endtablerow %}", 4600),
  ])
  func `the variables that a loop keeps beside it are paid for`(body: String, bytes: Int) {
    let variables = (0..<2000).map { "{% assign v\($0) = 1 %}" }.joined()
    expect(variables + "{% for a in (1..100) %}\(body){% endfor %}", "sent \(bytes) bytes", steps: 1_000_000)
    expect(variables + Self.looped(body), Self.steps)
  }

  @Test(arguments: [
    "numbers | sort", "numbers | sort_natural", "people | sort: 'age'", "numbers | concat: numbers",
    "numbers | reverse", "people | map: 'age'", "people | where: 'name', other",
    "people | reject: 'name', other",
    "people | find: 'name', other", "people | has: 'name', other", "people | uniq: 'age'", "numbers | uniq",
    "people | sum: 'age'", "people | compact: 'age'", "big | split: ''", "big | split: ' '",
    "big | split: 'a'",
    "big | upcase", "big | downcase", "big | capitalize", "marks | upcase", "marks | size",
    "marks | slice: 3, 4",
    "marks | truncate: 7", "big | append: big", "big | prepend: big", "'a' | append: big",
    "big | replace: 'z', 'y'",
    "'a' | replace: big, 'y'", "'a' | remove_last: big", "big | strip_html", "big | url_encode", "big | json",
    "big | base64_encode", "big | escape_once", "big | newline_to_br", "big | truncatewords: 3",
    "big | slice: 9",
    "big | plus: 1", "1 | plus: big", "big | date: '%Y'", "'now' | date: big", "big | money",
    "blanks | strip",
    "numbers | slice: 1, 9000", "fields | size", "numbers | join: ','", "(1..10000) | reverse",
    "big | round: big",
    "numbers | map: 'a' | size", "texts | map: 'b'", "big | escape", "big | url_decode",
    "nested | reverse", "nested | concat: nested", "nested | uniq", "texts | sort", "texts | uniq",
    "runs | uniq", "runs | sort", "marks | split: ''", "marks | date: '%Y'", "marks | money: marks",
    "big | squish", "blanks | squish", "'\(longDate)' | date: '%Y'", "people | find_index: 'name', other",
  ])
  func `filters in a loop are paid for`(pipeline: String) {
    let text = Self.looped("{% assign x = \(pipeline) %}")
    let clock = ContinuousClock()
    let spent = clock.measure {
      let reason = outcome(text)
      // Whichever limit comes first; a filter may also refuse what it is given.
      #expect(
        reason == Self.steps || reason == Self.size || reason.hasPrefix("filter '"), "\(pipeline): \(reason)")
    }
    #expect(spent < Self.patience, "\(pipeline)")
  }

  @Test func `a thing that holds one text many times is not printed`() {
    expect("{{ texts }}", Self.size, steps: 2_000_000)
    expect("{{ texts | json }}", Self.size, steps: 2_000_000)
    expect("{{ texts | join: ',' }}", Self.size, steps: 2_000_000)
    expect("{{ people | map: 'name' }}", Self.size, steps: 2_000_000)
    expect("{{ nested }}", Self.size, steps: 2_000_000)
    expect("{{ nested | append: 'a' }}", Self.size, steps: 2_000_000)
    expect("{{ nested | json }}", Self.size, steps: 2_000_000)
    expect("<a href=\"{{ nested }}\">", Self.size, escape: .html, steps: 2_000_000)
    expect("{% abort nested %}", Self.size, steps: 2_000_000)
  }

  @Test func `what grows by itself ends`() {
    expect(
      "{% assign l = numbers %}{% for i in (1..30) %}{% assign l = l | concat: l %}{% endfor %}{{ l.size }}",
      Self.steps)
    expect(
      "{% for i in (1..90000) %}{% capture x %}{{ x }}{{ i }}{% endcapture %}{% endfor %}",
      "'x' has no value; give one with '| default: ...' or test it with 'if'")
    expect(
      "{% assign x = 'x' %}{% for i in (1..90000) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}",
      Self.size, steps: 2_000_000)
    let patterns = String(repeating: "%1024Y", count: 300_000)
    expect("{{ now | date: '\(patterns)' }}", "filter 'date': the format is longer than 1024 bytes")
    expect(
      "{{ (1..100000) | map: 'a' }}", "filter 'map': cannot select the property 'a' of a number",
      steps: 2_000_000)
    expect(
      "{% for i in (1..99999) %}{% render 'wide' %}{% endfor %}", "there is no template 'wide' to render")
    let path = "fields" + String(repeating: ".first", count: 20_000)
    expect(Self.looped("{% if \(path) %}{% endif %}"), Self.steps)
  }

  @Test func `partials with many names are paid for`() {
    let names = (0..<5000).map { "{% if false %}{{ n\($0) }}{% endif %}" }.joined()
    let clock = ContinuousClock()
    let spent = clock.measure {
      #expect(
        outcome("{% for i in (1..99999) %}{% render 'wide' %}{% endfor %}", ["wide": names]) == Self.steps)
    }
    #expect(spent < Self.patience)
  }

  @Test(arguments: [
    "big == other", "nested == twin", "texts contains other", "blanks == blank",
  ])
  func `a condition of a trigger has the same end`(text: String) throws {
    let whole = Array(repeating: text, count: 5000).joined(separator: " or ")
    // Each half of such a condition is false, so that all are asked.
    let condition = try Condition.parse(
      text == "blanks == blank" ? whole.replacing("or", with: "and") : whole)
    let clock = ContinuousClock()
    let spent = clock.measure {
      do {
        var context = RenderContext.test(Self.roots)
        context.limits.totalSteps = 400_000
        _ = try condition.evaluate(context)
        Issue.record("it was evaluated")
      } catch {
        #expect("\(error)".hasSuffix(Self.steps))
      }
    }
    #expect(spent < Self.patience)
  }

  @Test func `what is made in vain takes little memory`() throws {
    // Each loop keeps all it makes in variables of their own.
    let variables = (0..<3000).map { "{% assign v\($0) = big | append: '\($0)' %}" }.joined()
    expect(variables, Self.steps)
    let lists = (0..<3000).map { "{% assign v\($0) = numbers | concat: numbers %}" }.joined()
    expect(lists, Self.steps)
    let nest = (0..<90).map { "{% capture c\($0) %}{{ big }}{{ big }}" }.joined()
    expect(nest + String(repeating: "{% endcapture %}", count: 90), Self.steps)
  }
}
