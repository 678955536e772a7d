internal import Glibc
internal import Operations
internal import Platform
internal import Service
internal import Synchronization

/// Writes a list of the store as CSV, or as a line of JSON per row, while receiving it.
///
/// The CSV is safe to open in a spreadsheet: a cell that would run as a formula gets a leading `'`, which an
/// import of the file removes.
final class ListExport: Sendable {
  private struct State {
    var writer = CSVWriter()
    var bar: ProgressBar?
    var written: Int64 = 0
    var failure: FileError?
  }

  private let columns: [String]
  private let path: String?
  private let isJSON: Bool
  private let file: FileDescriptor
  private let state: Mutex<State>

  /// - Parameter path: `nil` for standard output. Creates a new file, readable by its owner only; throws if
  ///   the path exists, even as a symbolic link.
  init(columns: [String], to path: String?, isJSON: Bool) throws(FileError) {
    self.columns = columns
    self.path = path
    self.isJSON = isJSON
    var begin = State()
    file = if let path { try Files.create(path) } else { FileDescriptor(owning: dup(STDOUT_FILENO)) }
    if !isJSON { begin.writer.row(columns) }
    state = Mutex(begin)
  }

  func take(_ part: JSON) {
    state.withLock { state in
      if let total = part["total"], let path {
        state.bar = ProgressBar(
          VisibleText.plainLine(FilePath.name(of: path)),
          total: total.integerValue,
          unit: "rows",
          write: { Console.draw($0) })
      }
      var lines = ""
      for row in part["rows"]?.arrayValue ?? [] {
        let cells = row.arrayValue?.map { $0.stringValue ?? "" } ?? []
        state.written += 1
        if isJSON {
          var object = JSONObject()
          for (column, cell) in zip(columns, cells) { object[column] = .string(cell) }
          lines += VisibleText.json(JSON.object(object).text()) + "\n"
        } else {
          state.writer.row(cells.map(Self.plain))
        }
      }
      write(isJSON ? Array(lines.utf8) : state.writer.take(), &state)
      state.bar?.update(state.written)
    }
  }

  /// - Returns: the number of rows.
  func finish() throws(FileError) -> Int64 {
    let (written, failure) = state.withLock { state in
      write(state.writer.take(), &state)
      if state.failure == nil, let path, fsync(file.raw) != 0 {
        state.failure = FileError(path, errno, "write")
      }
      if state.failure == nil { state.bar?.finish() }
      return (state.written, state.failure)
    }
    if let failure { throw failure }
    return written
  }

  /// Removes an incomplete file.
  func giveUp() {
    if let path { try? Files.remove(path) }
  }

  private func write(_ bytes: [UInt8], _ state: inout State) {
    if bytes.isEmpty { return }
    guard let path else { return Console.write(String(decoding: bytes, as: UTF8.self)) }
    guard state.failure == nil else { return }
    do {
      try file.write(bytes)
    } catch {
      state.failure = FileError(path, error.code, "write")
    }
  }

  /// Removes control characters, so that each row is one line of the file.
  private static func plain(_ cell: String) -> String {
    guard cell.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return cell }
    return String(
      String.UnicodeScalarView(
        cell.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
  }
}
