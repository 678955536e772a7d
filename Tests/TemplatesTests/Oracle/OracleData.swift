package import Domain

/// What the templates of the oracle tests read.
let oracleData: Record = [
  "name": "Ann", "empty_text": "", "spaces": " \n\t ",
  "sentence": "The quick brown fox jumps over the lazy dog",
  "html":
    #"<p class="x">Tom & 'Jerry' &amp; co &lt; &#39;</p><script>alert(1)</script><!-- c --><style>b{}</style>"#,
  "chinese": "茶叶 and 咖啡", "accents": "Ünïcödé ß", "composed": "caf\u{E9}", "decomposed": "cafe\u{301}",
  "spellings": ["caf\u{E9}", "cafe\u{301}", "cafe"], "spelled": ["caf\u{E9}": 1, "cafe\u{301}": 2],
  "lines": "one\ntwo\r\nthree", "padded": "  both  ",
  "one": 1, "two": 2, "seven": 7, "minus_three": -3, "big": 1_234_567_890, "half": 0.5, "pi": 3.14159,
  "tenth": 0.1,
  "small": 0.00001, "huge": 1e20, "million": 1_000_000.0, "whole": 4.0, "numeric": "42", "decimal": "2.50",
  "words": "12abc", "yes": true, "no": false, "nothing": .null, "none": [], "hash_none": .object([:]),
  "fruits": ["banana", "Apple", "cherry", "apple", "Banana"], "numbers": [3, 1, 2, 2, 10],
  "fractions": [1.5, 0.25, 3],
  "mixed": [1, "two", .null, 3.0, true], "nested": [[1, 2], [3, [4, 5]], 6], "nulls": [.null, 1, .null, 2],
  "products": [
    ["title": "Tea", "price": 12, "tags": ["hot", "green"], "available": true, "vendor": "Q"],
    ["title": "Cup", "price": 7.5, "tags": [], "available": false, "vendor": .null],
    ["title": "pot", "price": 30, "tags": ["clay"], "available": true],
  ],
  "customer": [
    "first_name": "Mei", "last_name": "Li", "orders_count": 3,
    "address": ["city": "Hangzhou", "lines": ["a", "b"]],
    "size": 99,
  ],
  "key": "first_name", "index": 1, "date": "2026-03-05 14:07:09", "day": "2026-03-05", "stamp": 1_772_700_000,
  "iso": "2026-12-31T23:59:59Z", "words_date": "March 14, 2016",
]

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: Value...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, Value)...) {
    var record = Record()
    for (name, value) in elements { record[name] = value }
    self = .object(record)
  }
}

let oraclePartials: [(String, String)] = [
  ("plain", "[{{ name }}]"),
  ("product", "<{{ product.title }} {{ product.price }} {{ forloop.index }}/{{ forloop.length }}>"),
  ("parameters", "{{ a }}-{{ b }}-{{ c }}"), ("folder/card", "({{ card }})"),
  ("counter", "{% increment n %}{% increment n %}{% cycle 'x', 'y' %}{{ n }}"),
  ("breaker", "a{% break %}b"), ("assigns", "{% assign leaked = 'yes' %}{{ leaked }}{{ outer }}"),
  ("inner", "{% render 'plain', name: who %}!"),
  ("loop", "{% for x in items %}{{ forloop.parentloop.index }}{{ x }}{% endfor %}"),
]
