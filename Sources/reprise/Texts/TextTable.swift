internal import Platform

/// Rows of text in aligned columns.
struct TextTable {
  struct Column {
    var title: String
    var isNumber: Bool

    init(_ title: String, isNumber: Bool = false) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  var columns: [Column]
  /// Each has a cell for every column.
  var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// The header and the rows, without trailing spaces; each on one line, whatever a cell holds.
  func lines(_ style: TextStyle, indent: String = "") -> [String] {
    let rows = rows.map { $0.map(VisibleText.line) }
    let widths = columns.indices.map { column in
      rows.map { style.plainWidth($0[column]) }.reduce(style.plainWidth(columns[column].title), max)
    }
    func line(_ cells: [String]) -> String {
      var line = indent
      for (index, cell) in cells.enumerated() {
        if index > 0 { line += "  " }
        line += style.pad(cell, to: widths[index], alignRight: columns[index].isNumber)
      }
      while line.utf8.last == 0x20 { line.removeLast() }
      return line
    }
    return [style.paint(line(columns.map(\.title)), .dim)] + rows.map(line)
  }
}
