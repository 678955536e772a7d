internal import Glibc
internal import Platform

/// The file beside an imported one that takes the rows which were not imported, or not as a whole.
///
/// It has the columns of the imported file and two more, the line and the reason. Rows that were imported in part are in
/// it too, of an order all of its rows. Operators open it in a spreadsheet, so formulas are made harmless; when the corrected file is imported, that is
/// undone and the two columns are skipped.
struct RejectedFile: ~Copyable {
  static let columns = ["rejected_line", "rejected_reason"]

  /// Whether a file with this header was written here, or made of one that was.
  static func hasWritten(_ headers: [String]) -> Bool {
    headers.count > columns.count
      && headers.suffix(columns.count).map(ColumnMapping.trimmed) == columns
  }

  let path: String
  /// Those of the imported file, without our own.
  private let headers: [String]
  private let separator: UInt8
  private var descriptor: FileDescriptor?

  /// `orders.csv` has its rejected rows in `orders.rejected.csv`.
  static func path(for file: String) -> String {
    file.lowercased().hasSuffix(".csv") ? String(file.dropLast(4)) + ".rejected.csv" : file + ".rejected.csv"
  }

  /// - Parameters:
  ///   - line: where the import continues; rows from there on come from an interrupted run, and are removed. A file
  ///     without a row before it, or any file when `line` is `nil`, belongs to an earlier import. It is kept under a free
  ///     name, `.old`, `.old.2` and so on, in case somebody is working on it.
  ///   - keepsOld: false removes it instead.
  init(
    at path: String, headers: [String], separator: UInt8, goingOnAt line: Int64?, keepsOld: Bool = true
  ) throws(FileError) {
    self.path = path
    self.headers = Self.hasWritten(headers) ? Array(headers.dropLast(Self.columns.count)) : headers
    self.separator = separator
    guard Files.isTaken(path) else { return }
    // A link is none of ours either: it stays under the other name, and what it leads to is left alone.
    guard let line, let end = Self.end(before: line, path, separator) else {
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

  /// Adds rows and returns when they are on disk, so that the progress that counts them may be stored.
  mutating func append(_ rows: [RejectedRow]) throws(FileError) {
    guard !rows.isEmpty else { return }
    var writer = CSVWriter(separator: separator)
    if descriptor == nil {
      // Its rows are personal data, and whoever may write to the directory may have made a link meanwhile.
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
  }

  /// Where the last row about a line before `line` ends; `nil` when there is none.
  private static func end(before line: Int64, _ path: String, _ separator: UInt8) -> Int64? {
    guard let file = try? Files.open(path, regularOnly: true),
      var reader = try? CSVReader(descriptor: file.raw, CSVOptions(separator: separator))
    else { return nil }
    var end: Int64?
    while let step = try? reader.next(), step != .end {
      guard step == .record else { continue }
      let fields = reader.fields
      guard fields.count > 2, let about = Int64(fields[fields.count - 2]) else { continue }
      if about >= line { break }
      end = reader.position.offset
    }
    return end
  }

  private static func error(_ path: String, _ attempt: String) -> FileError {
    FileError(path, errno, attempt)
  }
}
