import Manual
import Platform
import Testing

struct TerminalPageTests {
  private static let page = """
    # A title

    Text with `code of words` that is longer than a line, and **strong**.

    - one that is long enough to go on below
    - two

    | word | meaning |
    | --- | --- |
    | `a` | the first of all letters there are |
    | `bb` | 二 |

    ```sh
    code is never broken, however long it is
    ```
    """

  @Test func `a page is filled to the width`() {
    #expect(
      TerminalPage.text(Self.page, width: 40, usesBold: false) == """
        A title

        Text with `code of words` that is longer
        than a line, and strong.

          - one that is long enough to go on
            below
          - two

          word  meaning
          `a`   the first of all letters there
                are
          `bb`  二

            code is never broken, however long it is

        """)
  }

  @Test func `a line is as wide as the terminal, and no wider`() {
    #expect(
      TerminalPage.text("aaaaaaaaaa bbbbbbbbb cc", width: 20, usesBold: false) == "aaaaaaaaaa bbbbbbbbb\ncc\n"
    )
    #expect(
      TerminalPage.text("aaaaaaaaaa bbbbbbbbbb", width: 20, usesBold: false) == "aaaaaaaaaa\nbbbbbbbbbb\n")
  }

  @Test func `a table that has no room is a list of entries`() {
    let table = """
      | key | default | meaning |
      | --- | --- | --- |
      | **`a`** | | the first |
      | `b` | `1` | the second |
      """
    #expect(
      TerminalPage.text(table, width: 30, usesBold: false) == """
          a
              meaning: the first

          `b`
              default: `1`
              meaning: the second

        """)
  }

  @Test func `a table without headings has no row of them`() {
    let table = "| | |\n| --- | --- |\n| `a` | one |"
    #expect(TerminalPage.text(table, width: 40, usesBold: false) == "  `a`  one\n")
  }

  @Test func `bold stands for backticks, and takes no room`() {
    let text = "# T\n\n`aaaa bbbb` cccc"
    #expect(
      VisibleText.of(TerminalPage.text(text, width: 20, usesBold: true), isColored: true)
        == "\u{1B}[1mT\u{1B}[0m\n\n\u{1B}[1maaaa\u{1B}[0m \u{1B}[1mbbbb\u{1B}[0m cccc\n")
  }
}
