import Manual
import Testing

struct MarkdownReaderTests {
  @Test func `a page is read block by block`() {
    let text = #"""
      # Title
      <!-- left out -->
      A paragraph
      of two lines.
      ```sh
      code  - as it is

      # no heading
      ```
      - one
      - two, which
        goes on
      1. first
      2. second

      | a | b |
      | --- | --- |
      | `x\|y` | z |
      | short |
      """#
    #expect(
      MarkdownReader.blocks(of: text) == [
        .heading(level: 1, "Title"),
        .paragraph("A paragraph of two lines."),
        .code(["code  - as it is", "", "# no heading"]),
        .list([
          MarkdownItem(marker: "-", text: "one"), MarkdownItem(marker: "-", text: "two, which goes on"),
          MarkdownItem(marker: "1.", text: "first"), MarkdownItem(marker: "2.", text: "second"),
        ]),
        .table(header: ["a", "b"], rows: [["`x|y`", "z"], ["short", ""]]),
      ])
  }

  @Test(
    arguments: [
      ("", []), ("plain", [.plain("plain")]),
      ("a `b` **c**, d", [.plain("a "), .code("b"), .plain(" "), .strong("c"), .plain(", d")]),
      ("**`key`** of", [.strong("key"), .plain(" of")]),
      ("[see below](#brand) and [1]", [.plain("see below and [1]")]),
      (#"Tea \<hello@tea.example> \*"#, [.plain("Tea <hello@tea.example> *")]),
      ("an open ` and **", [.plain("an open ` and **")]),
      (#"`\d`"#, [.code(#"\d"#)]),
    ] as [(String, [MarkdownSpan])])
  func `marks inside a line are read`(text: String, spans: [MarkdownSpan]) {
    #expect(MarkdownSpan.spans(of: text) == spans)
  }
}
