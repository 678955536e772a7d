import Manual
import Testing

struct ManualPageTests {
  @Test func `a page of Markdown is a page of man(7)`() {
    let text = #"""
      # Not shown

      One line.

      ## Files, and more

      `--dry-run` writes \nothing~.
      ### One "file"
      - an entry
      | key | default | meaning |
      | --- | --- | --- |
      | `a` | | first |
      | `b` | 1 | second |

      ```sh
      .dot -x

      'quote
      ```
      """#
    #expect(
      ManualPage.text(
        text, name: "reprise.yaml", section: 5, summary: "one line", synopsis: ["**reprise** [A]", "B"],
        date: "2026-11-30", source: "reprise 1") == #"""
          .TH "REPRISE.YAML" "5" "2026-11-30" "reprise 1" "Reprise"
          .SH NAME
          reprise.yaml \- one line
          .SH SYNOPSIS
          \fBreprise\fR [A]
          .br
          B
          .SH DESCRIPTION
          One line.
          .SH "FILES, AND MORE"
          \fB\-\-dry\-run\fR writes \enothing\(ti.
          .SS "One \(dqfile\(dq"
          .IP \(bu 4
          an entry
          .TP
          \fBa\fR
          meaning: first
          .TP
          \fBb\fR
          default: 1
          .br
          meaning: second
          .PP
          .in +4n
          .nf
          \&.dot \-x
          \&
          \&'quote
          .fi
          .in

          """#)
  }

  @Test func `a line that is filled never begins with a request`() {
    let words = String(repeating: "word ", count: 14) + ".gitignore and 'so' on"
    let page = ManualPage.text(
      "# T\n\n\(words)", name: "x", section: 7, summary: "s", date: "2026-11-30", source: "x 1")
    #expect(page.contains("\n\\&.gitignore and 'so' on\n"))
  }
}
