import Domain
import Templates

/// A place where our Liquid is not as Shopify's on purpose. The handbook lists the same.
struct Difference {
  /// An example, which both are asked about.
  let template: String
  /// How the handbook goes on after the example.
  let told: String
  /// What the oracle makes of it; `nil` where it is asked to be strict and Shopify is not, or does not know it yet.
  var theirs: (oracle: Oracle, answer: Oracle.Answer)?
  /// What is sent in HTML, or why nothing is.
  let ours: Oracle.Answer

  static let data: Record = [
    "customer": ["first_name": "Mei"], "name": "Ann",
    "teas": [["name": "Longjing", "image": "l.png"], ["name": "Keemun"]],
  ]

  static let all = [
    Difference(
      template: "{{ customer.nick }}",
      told: "nothing there; here a value that is missing without `default` skips the message.",
      theirs: (.ruby, .text("")),
      ours: .error("t:1:4: 'customer.nick' has no value; give one with '| default: ...' or test it with 'if'")
    ),
    Difference(
      template: "{% for tea in teas %}{{ tea.image }},{% endfor %}",
      told: "an item that lacks something is left out here.", theirs: (.ruby, .text("l.png,,")),
      ours: .text("l.png,")),
    Difference(
      template: "{{ customer }}", told: "objects are not printed here.",
      theirs: (.ruby, .text(#"{"first_name"=>"Mei"}"#)),
      ours: .error("t:1:4: 'customer' is an object, which cannot be printed; print one of its fields")),
    Difference(
      template: "{{ '<b>' }}", told: "HTML is escaped here, unless `raw` says otherwise.",
      theirs: (.ruby, .text("<b>")), ours: .text("&lt;b&gt;")),
    Difference(
      template: #"<a href="{{ 'javascript:x' }}">"#, told: "an address that runs code becomes `#` here.",
      theirs: (.ruby, .text(#"<a href="javascript:x">"#)), ours: .text(##"<a href="#">"##)),
    Difference(
      template: "{{ 1 | divided_by: 0.0 }}", told: "`Infinity` there; here it is an error, as with 0.",
      theirs: (.ruby, .text("Infinity")), ours: .error("t:1:8: filter 'divided_by': divided by 0")),
    Difference(
      template: "{{ 9223372036854775807 | plus: 1 }}", told: "whole numbers have 64 bits here, and no more.",
      theirs: (.ruby, .text("9223372036854775808")),
      ours: .error("t:1:26: filter 'plus': the result is too large")),
    Difference(
      template: "{{ '2026-03-01 10:00 +0500' | date: '%H' }}",
      told: "10 there; here every time is written by the customer's clock.", theirs: (.python, .text("10")),
      ours: .text("05")),
    Difference(
      template: "{{ '2026-03-01' | date: 'long' }}",
      told:
        "`short`, `long` and `time` are formats here, and names of days and months are in the customer's language.",
      theirs: (.ruby, .text("long")), ours: .text("March 1, 2026")),
    Difference(
      template: "{{ '12016-01-01' | date: '%Y' }}",
      told: "no date here: the years 1 to 9999 are read.", theirs: (.ruby, .text("12016")),
      ours: .text("12016-01-01")),
    Difference(
      template: "{{ 'a' 'b' }}", told: "themes overlook what is not quite Liquid; here `check` does not.",
      ours: .error("t:1:8: unexpected ''b''")),
    Difference(
      template: "{{ 'a' | nope }}", told: "a filter that does not exist is an error of `check` here.",
      ours: .error("t:1:10: unknown filter 'nope'")),
    Difference(
      template: "{% include 'plain' %}", told: "it is `render` here.", theirs: (.python, .text("[Ann]")),
      ours: .error("t:1:4: unknown tag 'include'; use 'render'")),
    Difference(
      template: "{% snippet card %}{% endsnippet %}", told: "fragments are files of their own here.",
      ours: .error("t:1:4: unknown tag 'snippet'\nt:1:22: unknown tag 'endsnippet'")),
    Difference(
      template: "{{ 12.5 | money }}", told: "`money`, `json`, `raw` and the tag `abort` are ours.",
      theirs: (.ruby, .error("")), ours: .text("$12.50")),
  ]
}
