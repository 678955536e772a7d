internal import Glibc
package import Platform
package import Store

/// Why an import could not start or continue. What was imported remains, and running the same command again continues
/// after it.
package enum ImportError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case notAFile(path: String)
  case empty(path: String)
  /// A file of a spreadsheet program.
  case workbook(path: String)
  /// Not UTF-8, and no other encoding could be detected with certainty.
  case unknownEncoding(path: String)
  case unreadableHeader(CSVRowError)
  case csv(path: String, CSVError)
  case mapping(path: String, ImportMappingError)
  case shrunk(path: String)
  case store(StoreError)
  case control(ControlError)
  /// The daemon's error message.
  case daemon(String)
  /// The import stopped before `line`.
  indirect case stopped(line: Int64, cause: ImportError)

  /// Whether the file itself is at fault, so that retrying does not help.
  package var isAboutContent: Bool {
    switch self {
    case .notAFile, .empty, .workbook, .unknownEncoding, .unreadableHeader, .mapping: true
    case .csv(_, let error): if case .source = error { false } else { true }
    case .stopped(_, let cause): cause.isAboutContent
    case .file(let error): error.problem == .notRegular || error.problem == .notUTF8
    case .shrunk, .store, .control, .daemon: false
    }
  }

  /// The description for the log, the store and `status`: quotes no cell of the file.
  package var discreet: String {
    switch self {
    case .mapping(let path, let error): "'\(path)': \(error.discreet)"
    case .stopped(_, let cause): cause.discreet
    default: description
    }
  }

  /// Throws if the task was cancelled: called between the parts of a long read.
  static func check(reading path: String) throws(ImportError) {
    if Task.isCancelled { throw .file(FileError(path, .system(code: ECANCELED))) }
  }

  /// Whether the file at `path` could not be read, for a reason that may pass.
  package func isAboutReading(_ path: String) -> Bool {
    switch self {
    case .file(let error): error.path.hasSameBytes(as: path)
    case .csv(_, .source): true
    case .shrunk: true
    case .stopped(_, let cause): cause.isAboutReading(path)
    default: false
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .file(let error): ExitCode(rawValue: error.exitCode) ?? .inputOutput
    case .notAFile, .empty, .workbook, .unknownEncoding, .unreadableHeader, .csv, .mapping, .shrunk:
      .badData
    case .store(let error): ExitCode(rawValue: error.exitCode) ?? .inputOutput
    case .control(.notRunning), .control(.closed): .tryAgain
    case .control(let error): ExitCode(rawValue: error.exitCode) ?? .inputOutput
    case .daemon: .inputOutput
    case .stopped(_, let cause): cause.exitCode
    }
  }

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .notAFile(let path):
      "'\(path)' is not a plain file, so an import could not go on after an interruption; save the data to a file first"
    case .empty(let path): "'\(path)' is empty; its first line must name the columns"
    case .workbook(let path):
      "'\(path)' is a workbook of a spreadsheet program; save the sheet as CSV, in UTF-8"
    case .unknownEncoding(let path):
      "'\(path)' is not UTF-8, and its encoding cannot be told for certain; name it with --encoding, as gb18030 or windows-1252, or save the file as UTF-8"
    case .unreadableHeader(let error): "the line with the column names cannot be read: \(error)"
    case .csv(let path, let error): "'\(path)': \(error)"
    case .mapping(let path, let error): "'\(path)': \(error)"
    case .shrunk(let path):
      "'\(path)' is shorter than what was imported from it; was it changed meanwhile? start over with --again"
    case .store(let error): error.description
    case .control(let error): error.description
    case .daemon(let text): "the daemon could not import: \(text)"
    case .stopped(let line, let cause):
      "stopped before line \(line): \(cause)\nEverything before that line is imported. The same command goes on from there."
    }
  }

  /// Converts an error thrown during an import.
  package init(_ error: any Error) {
    switch error {
    case let error as ImportError: self = error
    case let error as StoreError: self = .store(error)
    case let error as SQLError: self = .store(.database(error))
    case let error as ControlError: self = .control(error)
    case let error as FileError: self = .file(error)
    default: self = .daemon(ErrorText.text(error))
    }
  }
}
