internal import Platform

/// A source line with a caret under it, safe for a terminal.
///
/// Tabs become spaces, control characters become U+FFFD, long lines are cut around the caret, and anything
/// like a secret is replaced by `<secret>`; the caret stays under its text.
struct SourceExcerpt {
  /// Maximum columns of a source line.
  static let width = 160

  /// A source character as displayed.
  private struct Cell {
    var text: String
    var columns: Int
  }

  private var cells: [Cell] = []

  init(line: [Unicode.Scalar]) {
    var column = 0
    for scalar in line {
      var cell = Cell(text: String(scalar), columns: DisplayWidth.of(scalar))
      if scalar == "\t" {
        let columns = 8 - column % 8
        cell = Cell(text: String(repeating: " ", count: columns), columns: columns)
      } else if Quoting.isUnsafe(scalar) {
        cell = Cell(text: "\u{FFFD}", columns: 1)
      }
      column += cell.columns
      cells.append(cell)
    }
    for range in SecretSpotter.secrets(in: line) where !range.isEmpty {
      for index in range { cells[index] = Cell(text: "", columns: 0) }
      cells[range.lowerBound] = Cell(text: "<secret>", columns: 8)
    }
  }

  /// The line and its marker: `^` under the first character and `~` under the others. `column` counts from 1
  /// and may be past the end of the line.
  func lines(column: Int, length: Int) -> (source: String, marker: String) {
    let first = min(max(0, column - 1), cells.count)
    let last = min(cells.count, first + min(length, cells.count))
    var before = columns(in: 0..<first)
    let marked = max(1, columns(in: first..<last))
    var source = ""
    var start = 0
    if before + min(marked, 40) > Self.width {
      // Cut the start, so that the caret is in the middle.
      let surplus = before - Self.width / 2
      var cut = 0
      while start < first, cut < surplus {
        cut += cells[start].columns
        start += 1
      }
      source = "…"
      before -= cut - 1
    }
    var used = source.isEmpty ? 0 : 1
    var index = start
    while index < cells.count, used + cells[index].columns <= Self.width {
      source += cells[index].text
      used += cells[index].columns
      index += 1
    }
    if index < cells.count { source += "…" }
    let tail = max(0, min(marked, Self.width - before) - 1)
    return (source, String(repeating: " ", count: before) + "^" + String(repeating: "~", count: tail))
  }

  private func columns(in range: Range<Int>) -> Int {
    cells[range].reduce(0) { $0 + $1.columns }
  }
}
