import Configuration
import Decisioning
import Domain
import Templates
import Testing

struct TemplateFilesTests {
  private let file = "templates/winback/miss-you.html.liquid"

  private func report(_ text: String, change: (ShopDirectory) -> Void = { _ in }) -> String {
    let shop = ShopDirectory()
    shop.write(file, text)
    change(shop)
    return shop.report()
  }

  private func headlines(_ head: String..., change: (ShopDirectory) -> Void = { _ in }) -> [String] {
    let shop = ShopDirectory()
    shop.write(file, "---\n" + head.joined(separator: "\n") + "\n---\n{{ unsubscribe_url }}\n")
    change(shop)
    return shop.headlines().map {
      $0.hasPrefix("config/\(file):") ? String($0.dropFirst(file.utf8.count + 8)) : $0
    }
  }

  @Test func `a subject that is no YAML because of its Liquid is shown as it should be`() {
    #expect(
      report("---\nsubject: Hi {{ customer.first_name | default: \"you\" }}\n---\n{{ unsubscribe_url }}\n")
        == """
        config/templates/winback/miss-you.html.liquid:2:10: error: Liquid in a head must be quoted; write subject: 'Hi {{ customer.first_name | default: "you" }}'
          2 | subject: Hi {{ customer.first_name | default: "you" }}
            |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """)
  }

  @Test(arguments: [
    ("subject: {{ brand.name }}", "Liquid in a head must be quoted; write subject: '{{ brand.name }}'"),
    (
      "subject: {{ brand.name }} has news",
      "Liquid in a head must be quoted; write subject: '{{ brand.name }} has news'"
    ),
    (
      "subject: {% if brand.name %}a{% endif %}",
      "Liquid in a head must be quoted; write subject: '{% if brand.name %}a{% endif %}'"
    ),
    (
      "subject: \"Hi {{ x | default: \"you\" }}\"",
      "a quote inside this text ends it too early; write subject: 'Hi {{ x | default: \"you\" }}'"
    ),
    (
      "subject: 'It's {{ brand.name }}'",
      "a quote inside this text ends it too early; write subject: 'It''s {{ brand.name }}'"
    ),
    (
      "subject: It's {{ x | default: 'you' }}",
      "Liquid in a head must be quoted; write subject: 'It''s {{ x | default: ''you'' }}'"
    ),
    (
      "preheader: News: {{ brand.name }}",
      "Liquid in a head must be quoted; write preheader: 'News: {{ brand.name }}'"
    ),
  ])
  func `each way of quoting Liquid wrongly has its answer`(line: String, message: String) {
    let place = line.hasPrefix("subject") ? "2:10" : "2:12"
    #expect(headlines(line) == ["\(place): error: \(message)"])
    // The same above a line that is well.
    let other = line.hasPrefix("subject") ? "preheader: x" : "subject: x"
    #expect(headlines(line, other) == ["\(place): error: \(message)"])
  }

  @Test func `other mistakes in a head keep their own words`() {
    #expect(
      headlines("subject: Save 10%: now", "preheader: 'well {{ brand.name }}'") == [
        "2:18: error: a ':' is not expected here; put text that contains ': ' in quotes, or check the indentation"
      ])
    #expect(
      headlines("subject: 'Hi {{ brand.name }}'", "\tpreheader: x") == [
        "3:1: error: a tab cannot stand here; indent with spaces"
      ])
    #expect(
      headlines("subject: x", "subject: 'Hi {{ brand.name }}'") == [
        "3:1: error: key 'subject' stands here twice; the first is on line 2; remove one"
      ])
    #expect(
      headlines("subjet: x") == ["2:1: error: unknown key 'subjet' in template; did you mean 'subject'?"])
  }

  @Test(
    arguments: [
      ("subject: Hi {{ brand.nam }}", "2:22"), ("subject: 'Hi {{ brand.nam }}'", "2:23"),
      ("subject: \"Hi {{ brand.nam }}\"", "2:23"), ("subject: 'It''s {{ brand.nam }}'", "2:26"),
      ("subject: \"\\\"茶\\\" {{ brand.nam }}\"", "2:26"), ("subject:   'a' # {{ x }}", nil),
      ("subject: \"\\u8336 {{ brand.nam }}\"", "2:10"), ("subject: >-\n  Hi\n  {{ brand.nam }}", "2:10"),
      ("subject: 'Hi\n  {{ brand.nam }}'", "2:10"),
    ] as [(String, String?)])
  func `a mistake in a subject stands at its true place`(line: String, place: String?) {
    #expect(
      headlines(line)
        == (place.map { ["\($0): error: unknown property 'nam' of 'brand'; did you mean 'name'?"] } ?? []))
  }

  @Test func `a subject is given once`() {
    let found = headlines("subject: Hi", "preheader: a") {
      $0.write(
        "templates/winback/miss-you.txt.liquid", "---\nsubject: Hi\npreheader: b\n---\n{{ unsubscribe_url }}")
      $0.write("templates/winback/miss-you.sms.liquid", "---\nsubject: Hi\n---\nx")
    }
    #expect(
      found == [
        "config/templates/winback/miss-you.sms.liquid:2:10: error: a text message has no subject; give it in the .html.liquid or .txt.liquid half",
        "config/templates/winback/miss-you.txt.liquid:2:10: error: 'subject' stands in config/\(file) already; keep one of them",
        "config/templates/winback/miss-you.txt.liquid:3:12: error: 'preheader' stands in config/\(file) already; keep one of them",
      ])
  }

  @Test func `a fragment must exist and fit`() {
    let found = headlines("subject: Hi") {
      $0.write(
        file,
        "---\nsubject: Hi\n---\n{{ unsubscribe_url }}\n{% render 'footr' %}{% render \"footer\" %}{% render 'note.txt' %}{% render '../../etc/shadow' %}"
      )
      $0.write(
        "templates/winback/miss-you.txt.liquid",
        "{{ unsubscribe_url }}{% render 'footer' %}{% render 'note.txt' %}")
      $0.write("templates/partials/footer.html.liquid", "<p>{{ brnd.name }}</p>")
      $0.write("templates/partials/note.txt.liquid", "note")
    }
    #expect(
      found == [
        "config/templates/partials/footer.html.liquid:1:7: error: unknown variable 'brnd', which config/templates/winback/miss-you.html.liquid:5:31 does not give; did you mean 'brand'?",
        "5:11: error: there is no template 'footr'; did you mean 'footer'?",
        "5:52: error: the fragment 'note.txt' is for texts, not for HTML; make templates/partials/note.html.liquid",
        "5:75: error: there is no template '../../etc/shadow'",
        "config/templates/winback/miss-you.txt.liquid:1:32: error: the fragment 'footer' is for HTML, not for texts; make templates/partials/footer.txt.liquid",
      ])
  }

  @Test func `a file that is no template says what it would be`() {
    let found = headlines("subject: Hi") {
      $0.write("templates/a.liquid", "x")
      $0.write("templates/a.htm.liquid", "x")
      $0.write("templates/Big Name.html.liquid", "x")
      $0.write("templates/latin.txt.liquid", [0x41, 0xE9, 0x42])
      $0.write("templates/nul.txt.liquid", [0x41, 0, 0x42])
      $0.write("templates/wide.txt.liquid", [0xFF, 0xFE, 0x41, 0])
      $0.write("templates/open.txt.liquid", "---\nsubject: x\n")
      $0.write("templates/partials/headed.txt.liquid", "---\nsubject: x\n---\nx")
      $0.write("templates/bomb.txt.liquid", "---\nsubject: &a [*a]\n---\nx")
    }
    let name = "name it NAME.html.liquid, NAME.txt.liquid or NAME.sms.liquid, in small letters"
    #expect(
      found == [
        "config/templates/Big Name.html.liquid: error: this is no name of a template; \(name)",
        "config/templates/a.htm.liquid: error: this is no name of a template; \(name)",
        "config/templates/a.liquid: error: this is no name of a template; \(name)",
        "config/templates/bomb.txt.liquid:2:10: error: anchors such as '&a' are not used here; remove it",
        "config/templates/bomb.txt.liquid:2:14: error: aliases such as '*a' are not used here; repeat the text",
        "config/templates/latin.txt.liquid: error: the file is not text; save it as UTF-8",
        "config/templates/nul.txt.liquid: error: the file is not text; save it as UTF-8",
        "config/templates/open.txt.liquid:1:1: error: the head of this template is not closed; end it with a line '---'",
        "config/templates/partials/headed.txt.liquid:1:1: error: a fragment has no head; remove the lines from '---' to '---'",
        "config/templates/wide.txt.liquid: error: the file is not text; save it as UTF-8",
      ])
  }
}
