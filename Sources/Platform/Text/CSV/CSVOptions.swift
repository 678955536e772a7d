/// A position between two records, from which reading can resume.
package struct CSVPosition: Hashable, Sendable {
  /// Bytes before it.
  package var offset: Int64
  /// The number of the line that begins here, from 1.
  package var line: Int

  package init(offset: Int64 = 0, line: Int = 1) {
    self.offset = offset
    self.line = line
  }
}

/// The settings for reading a CSV file.
package struct CSVOptions: Hashable, Sendable {
  /// The byte between fields; `nil` detects `,`, `;` or TAB from the first record.
  package var separator: UInt8?
  /// Maximum bytes of a field.
  package var fieldLimit: Int
  /// Maximum fields of a record.
  package var columnLimit: Int
  /// Maximum bytes of a record, which bounds a reader's memory.
  package var recordLimit: Int
  /// The encoding that the source was converted from.
  package var encoding = TextEncoding.utf8

  package init(
    separator: UInt8? = nil, fieldLimit: Int = 1 << 20, columnLimit: Int = 4096, recordLimit: Int = 8 << 20
  ) {
    self.separator = separator
    self.fieldLimit = fieldLimit
    self.columnLimit = columnLimit
    self.recordLimit = recordLimit
  }
}

/// The result of one step of a reader.
package enum CSVStep: Hashable, Sendable {
  /// A record, with its fields available from the reader until the next step.
  case record
  /// An invalid record. It has been skipped; the next step continues after it.
  case malformed(CSVRowError)
  case end
}

/// Why a row of a CSV file is invalid.
package struct CSVRowError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    case unterminatedQuote
    case textAfterQuote
    case fieldTooLong(limit: Int)
    case recordTooLong(limit: Int)
    case tooManyColumns(limit: Int)
    case nul
    case invalidUTF8
    case utf16
    case notInEncoding(TextEncoding)
  }

  /// The line the row starts on, from 1.
  package var line: Int
  package var problem: Problem

  package init(line: Int, problem: Problem) {
    self.line = line
    self.problem = problem
  }

  package var description: String { "line \(line): \(problem)" }
}

extension CSVRowError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unterminatedQuote:
      "a quote is opened and never closed; close it, or double it inside a quoted field"
    case .textAfterQuote:
      "text follows a closing quote; put the whole field in quotes and double those inside it"
    case .fieldTooLong(let limit): "a field is longer than \(limit) bytes; shorten it"
    case .recordTooLong(let limit): "the row is longer than \(limit) bytes; shorten it"
    case .tooManyColumns(let limit): "the row has more than \(limit) columns; remove some"
    case .nul: "the row holds the character NUL; remove it"
    case .invalidUTF8: "the row is not UTF-8; save the file as UTF-8"
    case .notInEncoding(let encoding): "the row is not \(encoding.rawValue), as which the file is read"
    case .utf16: "the file is UTF-16; save it as UTF-8"
    }
  }
}

/// Why reading a CSV file cannot continue.
package enum CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  case source(SystemError)
  /// Two separators are equally frequent in the first record.
  case ambiguousSeparator

  package var description: String {
    switch self {
    case .source(let error): error.description
    case .ambiguousSeparator:
      "line 1: cannot tell whether ',', ';' or TAB separates the columns; give the separator"
    }
  }
}
