import Domain
import Templates
import Testing

/// A message about several things goes without those that lack something; it never goes with a hole.
struct MissingItemTests {
  private static let data: Record = [
    "teas": [
      ["name": "Longjing", "image": "l.png", "price": 3], ["name": "Keemun", "price": 4],
      ["name": "Pu'er", "image": "p.png", "price": 5],
    ],
    "orders": [
      ["id": "1", "lines": [["name": "a"], ["nick": "b"]]], ["id": "2", "lines": [["nick": "c"]]],
    ],
  ]

  private func outcome(_ text: String, _ partials: [String: String] = [:]) -> String {
    do {
      var context = RenderContext.test(Self.data)
      for (name, text) in partials {
        context.library[name] = try Template.parse(text, name: name, escape: .none)
      }
      return "sent: " + (try Template.parse(text, name: "mail", escape: .none).render(context))
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("{% for t in teas %}{{ t.name }} {{ t.image }};{% endfor %}", "Longjing l.png;Pu'er p.png;"),
    (
      "{% for t in teas reversed %}{{ forloop.index }} of {{ forloop.length }}: {{ t.name | append: t.image }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
      "1 of 2: Pu'erp.png, 2 of 2: Longjingl.png"
    ),
    (
      "{% for t in teas limit: 2 %}{{ t.image }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
      "l.png"
    ),
    (
      "{% assign sum = 0 %}{% for t in teas %}{% assign sum = sum | plus: t.price %}<{{ t.image }}>{% endfor %} {{ sum }}",
      "<l.png><p.png> 8"
    ),
    (
      "{% for t in teas %}{% assign picture = t.image %}{% capture c %}{{ picture | upcase }}{% endcapture %}{{ c }}{% endfor %}",
      "L.PNGP.PNG"
    ),
    ("{% for t in teas %}{% render 'tea', tea: t %}{% endfor %}", "Longjing=l.png Pu'er=p.png "),
    ("{% render 'tea' for teas as tea %}", "Longjing=l.png Pu'er=p.png "),
    ("{% for t in teas %}{% render 'tea' with t as tea %}{% endfor %}", "Longjing=l.png Pu'er=p.png "),
    (
      "{% tablerow t in teas cols: 2 %}{{ t.image }}{% endtablerow %}",
      "<tr class=\"row1\">\n<td class=\"col1\">l.png</td><td class=\"col2\">p.png</td></tr>\n"
    ),
    (
      "{% for o in orders %}{{ o.id }}:{% for l in o.lines %}{{ l.name }},{% endfor %};{% endfor %}", "1:a,;"
    ),
    (
      "{% for t in teas %}{{ t.name }} {{ t.image | default: 'tea.png' }};{% endfor %}",
      "Longjing l.png;Keemun tea.png;Pu'er p.png;"
    ),
    (
      "{% for t in teas %}{% if t.image %}{{ t.image }}{% endif %}{{ t.name }};{% endfor %}",
      "l.pngLongjing;Keemun;p.pngPu'er;"
    ),
  ])
  func `an item that lacks something is left out, and the rest goes`(text: String, output: String) {
    #expect(outcome(text, ["tea": "{{ tea.name }}={{ tea.image }} "]) == "sent: " + output)
  }

  private static let way = "has no value; give one with '| default: ...' or test it with 'if'"

  @Test(arguments: [
    (
      "{% for t in teas offset: 1 limit: 1 %}{{ t.name }}{{ t.image }}{% endfor %}",
      "mail:1:54: 't.image' \(way)"
    ),
    ("{% for t in teas %}{{ t.nothing }}{% endfor %}", "mail:1:23: 't.nothing' \(way)"),
    ("{{ teas[1].image }}", "mail:1:4: 'teas[1].image' \(way)"),
    (
      "{% for t in teas %}{% if forloop.first %}Hi {{ customer.name }},{% endif %}{{ t.name }}{% endfor %}",
      "mail:1:48: 'customer.name' \(way)"
    ),
    (
      "{% for t in teas %}{{ t.name }}{% endfor %}{% for t in teas %}{{ x }}{% endfor %}",
      "mail:1:66: 'x' \(way)"
    ),
    (
      "{% for t in teas %}{% assign p = t.image %}{% if forloop.index == 2 %}{% break %}{% endif %}{% endfor %}{% for t in teas %}{{ p }}{% endfor %}",
      "mail:1:127: 'p' \(way)"
    ),
    ("{% for i in (1..3) %}{{ i.name }}{% endfor %}", "mail:1:25: 'i.name' \(way)"),
    (
      "{% for o in orders offset: 1 %}{% for l in o.lines %}{{ l.name }}{% endfor %}{% endfor %}",
      "mail:1:57: 'l.name' \(way)"
    ),
  ])
  func `when nothing is left, or it is not the item that lacks it, nothing goes`(text: String, reason: String)
  {
    #expect(outcome(text) == reason)
  }
}
