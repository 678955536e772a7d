internal import Glibc
internal import Platform

/// The file next to an imported one with the rows that were rejected or imported in part; of an order, all rows.
///
/// It has the columns of the imported file and two more, the line and the reason. Operators open it in a spreadsheet,
/// so formulas get a `'` in front; importing the corrected file removes it, and ignores the two columns.
struct RejectedFile: ~Copyable {
  static let columns = ["rejected_line", "rejected_reason"]

  /// Whether this header is that of a file of rejected rows, possibly edited.
  static func hasWritten(_ headers: [String]) -> Bool {
    headers.count > columns.count
      && headers.suffix(columns.count).map(ColumnMapping.trimmed) == columns
  }

  let path: String
  /// The imported file's headers.
  private let headers: [String]
  private let separator: UInt8
  private var descriptor: FileDescriptor?
  /// The number of rows in it.
  private(set) var count: Int64 = 0

  /// `orders.rejected.csv` for `orders.csv`.
  static func path(for file: String) -> String {
    file.lowercased().hasSuffix(".csv") ? String(file.dropLast(4)) + ".rejected.csv" : file + ".rejected.csv"
  }

  /// - Parameters:
  ///   - line: where the import continues; `nil` for a new one. Rows from there on come from the interrupted run, and
  ///     are removed. A file without rows before it, or any file if `line` is `nil`, is of an earlier import. It is
  ///     renamed to a free name, `.old`, `.old.2` and so on, since somebody may be working on it.
  ///   - keepsOld: false removes such a file instead.
  init(
    at path: String, headers: [String], separator: UInt8, goingOnAt line: Int64?, keepsOld: Bool = true
  ) throws(FileError) {
    self.path = path
    self.headers = Self.hasWritten(headers) ? Array(headers.dropLast(Self.columns.count)) : headers
    self.separator = separator
    guard Files.isTaken(path) else { return }
    // This renames a link too, and leaves its target alone.
    guard let line, let (end, count) = Self.end(before: line, path, separator) else {
      guard keepsOld else {
        try Files.remove(path)
        return
      }
      guard rename(path, Self.freeName(path + ".old")) == 0 else { throw Self.error(path, "rename") }
      return
    }
    let rejected = try Files.openKept(path)
    guard ftruncate(rejected.raw, off_t(end)) == 0, lseek(rejected.raw, 0, SEEK_END) >= 0 else {
      throw Self.error(path, "write")
    }
    descriptor = consume rejected
    self.count = count
  }

  private static func freeName(_ wanted: String) -> String {
    var name = wanted
    var number = 1
    while Files.isTaken(name) {
      number += 1
      name = "\(wanted).\(number)"
    }
    return name
  }

  /// Appends rows, and returns when they are on disk: only then may the progress that counts them be stored.
  mutating func append(_ rows: [RejectedRow]) throws(FileError) {
    guard !rows.isEmpty else { return }
    var writer = CSVWriter(separator: separator)
    if descriptor == nil {
      // Exclusively: the rows are personal data, and somebody else may have created a link at the path.
      descriptor = try Files.create(path)
      writer.row(headers + Self.columns)
    }
    for row in rows {
      var cells = Array(row.cells.prefix(headers.count))
      cells += repeatElement("", count: headers.count - cells.count)
      writer.row(cells + ["\(row.error.line)", row.error.reason])
    }
    guard let raw = descriptor?.raw else { return }
    do {
      try FileDescriptor(owning: dup(raw)).write(writer.take())
    } catch {
      throw FileError(
        path, error.code == ENOSPC || error.code == EDQUOT ? .diskFull : .system(code: error.code),
        attempt: "write")
    }
    guard fdatasync(raw) == 0 else { throw Self.error(path, "flush") }
    count += Int64(rows.count)
  }

  /// The end of the last row that is from a line before `line`, and the number of rows up to there; `nil` if there is
  /// none.
  private static func end(
    before line: Int64, _ path: String, _ separator: UInt8
  ) -> (end: Int64, count: Int64)? {
    guard let file = try? Files.open(path, regularOnly: true),
      var reader = try? CSVReader(descriptor: file.raw, CSVOptions(separator: separator))
    else { return nil }
    var found: (end: Int64, count: Int64)?
    while let step = try? reader.next(), step != .end {
      guard step == .record else { continue }
      let fields = reader.fields
      guard fields.count > 2, let about = Int64(fields[fields.count - 2]) else { continue }
      if about >= line { break }
      found = (reader.position.offset, (found?.count ?? 0) + 1)
    }
    return found
  }

  private static func error(_ path: String, _ attempt: String) -> FileError {
    FileError(path, errno, attempt)
  }
}
