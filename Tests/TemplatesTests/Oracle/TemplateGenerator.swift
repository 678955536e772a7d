import Support

/// Makes random templates that Ruby's strict parser accepts; the same seed makes the same templates.
struct TemplateGenerator: CustomStringConvertible {
  private var generator: SeededGenerator

  init(_ generator: SeededGenerator) { self.generator = generator }

  var description: String { generator.description }

  mutating func random(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[random(items.count)] }

  mutating func template() -> String { nodes(depth: 0) }

  private mutating func nodes(depth: Int) -> String {
    (0...random(3)).map { _ in node(depth: depth) }.joined()
  }

  private mutating func node(depth: Int) -> String {
    switch random(depth > 1 ? 6 : 14) {
    case 0, 1: return pick(["text", " ", "\n", " a\n b ", "", "  ", "é茶", "<b>"])
    case 2, 3: return "\(open("{{")) \(pipeline()) \(close("}}"))"
    case 4: return tag("assign \(pick(["x", "y", "z"])) = \(pipeline())")
    case 5:
      return pick([
        tag("cycle 'a', 'b'"), tag("cycle 'g': 1, 2, 3"), tag("increment n"), tag("decrement m"),
        tag("echo \(pipeline())"),
        tag("# note"), tag("break"), tag("continue"), tag("render 'plain', name: \(value())"),
        tag("liquid assign x = \(value())\n echo x"),
      ])
    case 6, 7:
      let other = random(2) == 0 ? tag("else") + nodes(depth: depth + 1) : ""
      let middle = random(3) == 0 ? tag("elsif \(condition())") + nodes(depth: depth + 1) : ""
      return tag("if \(condition())") + nodes(depth: depth + 1) + middle + other + tag("endif")
    case 8:
      return tag("unless \(condition())") + nodes(depth: depth + 1) + tag("endunless")
    case 9, 10:
      let attributes = pick([
        "", " limit: 2", " offset: 1", " reversed", " reversed limit: 2 offset: 1", " offset: continue",
      ])
      let body =
        pick(["", "{{ forloop.index }}", "{{ forloop.last }}", "{{ forloop.rindex0 }}"])
        + nodes(depth: depth + 1)
      return tag("for \(pick(["i", "j", "x"])) in \(collection())\(attributes)") + body
        + (random(3) == 0 ? tag("else") + nodes(depth: depth + 1) : "") + tag("endfor")
    case 11:
      return tag("case \(value())") + pick(["", " "]) + tag("when \(value())") + nodes(depth: depth + 1)
        + tag("when \(value()), \(value())") + nodes(depth: depth + 1)
        + (random(2) == 0 ? tag("else") + nodes(depth: depth + 1) : "") + tag("endcase")
    case 12: return tag("capture \(pick(["x", "c"]))") + nodes(depth: depth + 1) + tag("endcapture")
    default: return tag("ifchanged") + nodes(depth: depth + 1) + tag("endifchanged")
    }
  }

  private mutating func open(_ braces: String) -> String { braces + (random(5) == 0 ? "-" : "") }
  private mutating func close(_ braces: String) -> String { (random(5) == 0 ? "-" : "") + braces }
  private mutating func tag(_ text: String) -> String { "\(open("{%")) \(text) \(close("%}"))" }

  private mutating func value() -> String {
    pick([
      "'a'", "\"b c\"", "''", "1", "2", "-3", "1.5", "0.1", "true", "false", "nil", "name", "one", "two",
      "seven", "half",
      "pi", "nothing", "fruits[0]", "fruits.size", "customer.first_name", "customer[key]",
      "products[1].title", "x", "y",
      "z", "i", "j", "c", "n", "unknown", "numbers.last", "numeric", "spaces", "html", "chinese",
      "empty_text",
      "products.first.price", "minus_three", "decimal",
    ])
  }

  private mutating func collection() -> String {
    pick([
      "fruits", "numbers", "(1..3)", "(one..seven)", "none", "nothing", "products", "customer.address",
      "nested", "name", "x",
    ])
  }

  private mutating func pipeline() -> String {
    if random(8) == 0 { return "products | \(list()) | \(list())" }
    if random(20) == 0 {
      return "\(pick(["date", "day", "stamp"])) | date: '\(pick(["%F %T", "%-d %b %Y", "%j %U", "%A"]))'"
    }
    var text = random(4) == 0 ? collection() : value()
    for _ in 0..<random(4) { text += " | " + filter() }
    return text
  }

  private mutating func list() -> String {
    pick([
      "map: 'title'", "where: 'available'", "where: 'price', 12", "sort: 'price'", "sum: 'price'",
      "uniq: 'vendor'", "compact: 'vendor'", "first", "reverse", "slice: 0, 2", "map: 'tags'", "size",
    ])
  }

  private mutating func filter() -> String {
    switch random(4) {
    case 0:
      return pick([
        "capitalize", "downcase", "upcase", "escape", "escape_once", "lstrip", "rstrip", "strip",
        "newline_to_br",
        "strip_html", "strip_newlines", "url_encode", "base64_encode", "abs", "ceil", "floor", "round",
        "compact", "first",
        "last", "join", "reverse", "size", "sort_natural", "uniq", "truncatewords", "truncate", "sum",
        "default", "sort",
      ])
    case 1:
      return
        "\(pick(["append", "prepend", "remove", "remove_first", "remove_last", "split", "join", "default"])): \(value())"
    case 2:
      return
        "\(pick(["plus", "minus", "times", "divided_by", "modulo", "at_least", "at_most"])): \(pick(["1", "2", "3", "0.1", "1.5", "-3", "seven", "half", "decimal", "'4'", "pi"]))"
    default:
      return pick([
        "round: 1", "round: 2", "slice: 1", "slice: 0, 3", "slice: -2, 2", "truncate: 5", "truncate: 6, '--'",
        "truncatewords: 1", "replace: 'a', 'o'", "replace_first: 'a', 'o'", "replace_last: 'a', 'o'",
        "concat: numbers",
        "default: 'd', allow_false: true",
      ])
    }
  }

  private mutating func condition() -> String {
    var text = comparison()
    for _ in 0..<random(3) { text += pick([" and ", " or "]) + comparison() }
    return text
  }

  private mutating func comparison() -> String {
    if random(3) == 0 { return value() }
    let right = random(5) == 0 ? pick(["empty", "blank", "nil"]) : value()
    let left = random(10) == 0 ? pick(["empty", "blank"]) : value()
    return "\(left) \(pick(["==", "!=", "<>", "<", ">", "<=", ">=", "contains"])) \(right)"
  }
}
