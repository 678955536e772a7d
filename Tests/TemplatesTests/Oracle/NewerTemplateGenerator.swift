import Support

/// Makes random templates of what Shopify has added to Liquid since 5.4, and of its neighbours; the same seed makes the
/// same templates.
struct NewerTemplateGenerator: CustomStringConvertible {
  private var generator: SeededGenerator

  init(_ generator: SeededGenerator) { self.generator = generator }

  var description: String { generator.description }

  private mutating func random(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick<Item>(_ items: [Item]) -> Item { items[random(items.count)] }

  mutating func template() -> String {
    (0...random(2)).map { _ in
      switch random(7) {
      case 0, 1, 2: chosen()
      case 3: table()
      case 4: hidden()
      case 5: comparison()
      default:
        "{{ \(pick(["spaces", "padded", "sentence", "lines", "'  a  b '", "nothing", "5", "1.5"])) | squish }}"
      }
    }.joined(separator: pick(["", " ", "\n", "|"]))
  }

  /// The filters that look for an item by a property.
  private mutating func chosen() -> String {
    let list = pick(["products", "people", "none", "nothing", "customer", "products", "people"])
    let property = pick([
      "'title'", "'price'", "'available'", "'vendor'", "'nope'", "'name'", "'age'", "property",
    ])
    let value = pick([
      "", "", ", true", ", false", ", 12", ", 7.5", ", 'Tea'", ", nil", ", 'Q'", ", nothing", ", 'Ann'",
      ", 12.0",
    ])
    let arguments = "\(property)\(value)"
    switch random(7) {
    case 0: return "{% assign f = \(list) | find: \(arguments) %}{{ f.title }}{{ f.name }}"
    case 1: return "{{ \(list) | find_index: \(arguments) }}"
    case 2: return "{{ \(pick(["products", "people", "none", "customer"])) | has: \(arguments) }}"
    case 3:
      return
        "{% assign w = \(list) | where: \(arguments) %}{% for i in w %}{{ i.title }}{{ i.name }},{% endfor %}"
    case 4:
      return
        "{% assign w = \(list) | reject: \(arguments) %}{% for i in w %}{{ i.title }}{{ i.name }},{% endfor %}"
    case 5:
      return
        "{{ \(pick(["products | sum: 'price'", "people | sum: 'age'", "numbers | sum", "none | sum", "nested | sum"])) }}"
    default:
      return
        "{{ fruits | \(pick(["find_index", "has", "find"])): \(pick(["'an'", "'zz'", "'cherry'", "'b'"])) }}"
    }
  }

  private mutating func table() -> String {
    let items = pick(["fruits", "(1..4)", "numbers", "products"])
    let attributes = pick([
      "", " cols:2", " cols:3 limit:4", " limit:2", " offset:1", " cols:2 offset:2", " cols:'2'", " cols:2.6",
    ])
    let names = [
      "col", "col0", "col_first", "col_last", "first", "last", "index", "index0", "rindex", "rindex0", "row",
      "length",
    ]
    let body = (0...random(3)).map { _ in "{{ tablerowloop.\(pick(names)) }}" }.joined(separator: " ")
    let interrupt = pick(["", "", "{% break %}", "{% continue %}x"])
    return "{% tablerow i in \(items)\(attributes) %}\(body)\(interrupt){% endtablerow %}"
  }

  private mutating func hidden() -> String {
    let inside = pick([
      "text", "{% if %}", "{{ name", "{% raw %}", "{% assign name = 'x' %}", "@param {string} a",
      "{%- for ? -%}", "",
    ])
    let (open, close) = (pick(["{%", "{%-"]), pick(["%}", "-%}"]))
    return pick([
      " a \(open) doc %}\(inside){% enddoc \(close) b ", " a \(open) # note \(close) b ",
      "{% liquid\n# note\nassign q = 1\n# note\necho q %}",
    ])
  }

  private mutating func comparison() -> String {
    let test = pick(["blank", "empty"])
    let other = pick(["1", "''", "name", "none", "fruits", "spaces", "hash_none", "true"])
    let (left, right) = random(2) == 0 ? (test, other) : (other, test)
    return "{% if \(left) \(pick(["==", "!="])) \(right) %}y{% else %}n{% endif %}"
  }
}
