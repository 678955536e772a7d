import Domain
import Support
import Templates
import Testing

/// Filters of Liquid 5.6 to 5.8, for which Ruby's liquid in Debian is too old; the answers are those of its
/// documentation.
@Suite struct NewerListFilters {
  private static let teas: Value = .array([
    .object(["sku": .string("a"), "price": .integer(5), "fresh": .bool(false)]),
    .object(["sku": .string("b"), "price": .integer(9), "fresh": .bool(true)]),
    .object(["sku": .string("c"), "price": .integer(9)]),
  ])

  @Test(arguments: [
    ("{{ teas | find: 'price', 9 | map: 'sku' }}", "b"),
    ("{% assign tea = teas | find: 'fresh' %}{{ tea.sku }}", "b"),
    ("{{ teas | find: 'price', 7 | default: 'none' }}", "none"),
    ("{{ teas | find_index: 'price', 9 }}", "1"), ("{{ teas | find_index: 'sku', 'a' }}", "0"),
    ("{{ teas | find_index: 'sku', 'z' | default: 'none' }}", "none"),
    (
      "{{ teas | has: 'sku', 'c' }} {{ teas | has: 'sku', 'z' }} {{ teas | has: 'fresh' }}", "true false true"
    ),
    ("{{ teas | reject: 'price', 9 | map: 'sku' | join: ',' }}", "a"),
    ("{{ teas | reject: 'fresh' | map: 'sku' | join: ',' }}", "a,c"),
    ("{% if teas | has: 'sku' %}{% endif %}", nil),
    ("{{ empty_list | has: 'sku' }}{{ empty_list | reject: 'sku' | size }}", "false0"),
    ("{{ words | reject: 'a' | join: ',' }} {{ words | find_index: 'c' }}", "c 1"),
    ("{{ teas | where: nil | size }}{{ teas | reject: nil | size }}{{ teas | has: nil }}", "03false"),
    ("{{ words | where: nil }}", nil), ("{{ '  a \n b\t' | squish }}|{{ 1.5 | squish }}", "a b|1.5"),
  ])
  func `one item is found, or those that do not match`(text: String, output: String?) throws {
    let words: Value = .array([.string("ab"), .string("c")])
    let rendered = try? render(text, ["teas": Self.teas, "empty_list": .array([]), "words": words])
    #expect(rendered == output)
  }
}

@Suite struct NewerTags {
  @Test(arguments: [
    ("a {% doc %} {{ x {% if %} @param {string} y {% enddoc %} b", "a  b"),
    ("a\n {%- doc %}{% raw %}{% enddoc -%}  \tb", "ab"), ("{% liquid\ndoc\n x {{ %\nenddoc\necho 1 %}", "1"),
    (
      "{% tablerow i in (1..2) %}{{ tablerowloop.col_last }}{% endtablerow %}",
      "<tr class=\"row1\">\n<td class=\"col1\">false</td><td class=\"col2\">true</td></tr>\n"
    ),
  ])
  func `documentation shows nothing, and a table without columns has one row`(
    text: String, output: String
  ) throws {
    #expect(try render(text) == output)
  }

  @Test func `the columns of a table are a number`() {
    #expect(
      failure("{% tablerow i in (1..2) cols: true %}{% endtablerow %}")
        == "mail:1:12: 'cols', 'limit' and 'offset' must be whole numbers")
  }
}
