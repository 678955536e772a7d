import Configuration
import Platform
import Testing

struct FrontMatterTests {
  private func divide(_ text: String) -> (matter: FrontMatter, body: String) {
    let source = SourceText(path: "t.liquid", bytes: Array(text.utf8))
    let matter = FrontMatter(dividing: source)
    return (matter, String(decoding: source.bytes[matter.body], as: UTF8.self))
  }

  @Test func `the head is YAML and the body keeps its line numbers`() {
    let (matter, body) = divide("---\nsubject: Hi\npreheader: x\n---\nline five\n---\n")
    #expect(body == "line five\n---\n")
    #expect(matter.bodyLine == 5)
    #expect(matter.header?.root?["preheader"]?.span.start == YAMLMark(line: 3, column: 12, offset: 27))
    #expect(matter.diagnostics == [])
  }

  @Test(arguments: [
    ("Hello", "Hello", 1), ("", "", 1), ("---\n---\n", "", 3), ("\u{FEFF}---\r\na: b\r\n--- \r\nx", "x", 4),
    ("----\nx", "----\nx", 1), ("\u{FEFF}x", "x", 1), (" ---\nx\n---\n", " ---\nx\n---\n", 1),
  ])
  func `where the body begins`(text: String, body: String, line: Int) {
    let (matter, found) = divide(text)
    #expect(found == body)
    #expect(matter.bodyLine == line)
    #expect(matter.diagnostics == [])
  }

  @Test func `mistakes in the head are placed in the file`() {
    #expect(
      divide("---\nsubject: a: b\n---\nx").matter.diagnostics.map(\.headline) == [
        "t.liquid:2:11: error: a ':' is not expected here; put text that contains ': ' in quotes, or check the indentation"
      ])
    #expect(
      divide("---\nsubject: a\nx\n").matter.diagnostics.map(\.headline) == [
        "t.liquid:1:1: error: the head of this template is not closed; end it with a line '---'"
      ])
  }
}
