internal import Domain
internal import Platform

/// Reads the columns about consent in a row of customers.
struct ConsentCells {
  private let cells: CellReader
  private let columns: [(column: Int, channels: [ChannelName], isRefusal: Bool)]

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    columns = mapping.consents
  }

  struct Found {
    /// If two columns are about the same channel, the refusal wins.
    var flags: [ChannelName: ConsentState] = [:]
    /// Unsubscribes with a time: the customer's own act, which overrides flags, even those of earlier imports.
    var words: [ChannelName: Instant] = [:]
    /// Unreadable cells that could mean anything: the row is rejected.
    var unclear: [ImportRowError] = []
    /// Unreadable cells in columns of refusals, which count as refusals.
    var takenForRefusals: [ImportRowError] = []

    var isRefusal: Bool { !words.isEmpty || flags.values.contains(.withdrawn) }

    fileprivate mutating func flag(_ channels: [ChannelName], _ state: ConsentState) {
      for channel in channels where flags[channel] != .withdrawn { flags[channel] = state }
    }
  }

  func read(_ row: borrowing CSVReader) -> Found {
    var found = Found()
    for (column, channels, isRefusal) in columns {
      guard let text = cells.raw(column, row) else { continue }
      let answer = ConsentAnswer(text)
      let isTime = answer == nil && (cells.options.dateForm(of: nil) != nil || !Self.isNumber(text))
      let time = isTime ? cells.moment(column, row) : nil
      switch (answer, isRefusal) {
      case (let answer?, false): if let state = answer.consent { found.flag(channels, state) }
      case (let answer?, true): if answer.isRefusal { found.flag(channels, .withdrawn) }
      case (nil, _) where Self.isZeroTime(text): break
      case (nil, false):
        if time != nil {
          found.flag(channels, .granted)
        } else {
          found.unclear.append(error(text, column, row))
        }
      case (nil, true):
        if let time {
          for channel in channels { found.words[channel] = max(found.words[channel] ?? time, time) }
        } else {
          found.flag(channels, .withdrawn)
          found.takenForRefusals.append(error(text, column, row).with(.takenForRefusal))
        }
      }
    }
    for channel in found.words.keys where found.flags[channel] == .granted { found.flags[channel] = nil }
    return found
  }

  /// Finds the refusals in a row with more or fewer cells than the header.
  ///
  /// Cells before the fault are in the right place counted from the start of the row, cells after it counted from the
  /// end, so each column is read in both places.
  func readMisaligned(_ row: borrowing CSVReader) -> Found {
    var found = Found()
    let shift = row.count - cells.headers.count
    for (column, channels, isRefusal) in columns {
      for place in [column, column + shift] where place > 0 {
        guard let answer = cells.raw(place, row).flatMap({ ConsentAnswer($0) }) else { continue }
        if isRefusal ? answer.isRefusal : answer.consent == .withdrawn { found.flag(channels, .withdrawn) }
      }
    }
    return found
  }

  /// Whether a cell may be a time, in a column for which no date format was given.
  static func mayBeTime(_ text: String) -> Bool { !isNumber(text) && ConsentAnswer(text) == nil }

  /// A bare number is a date only in a given format: it may as well be the id of a list.
  private static func isNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
  }

  /// MySQL's placeholder for no time, `0000-00-00`.
  private static func isZeroTime(_ text: String) -> Bool {
    text.utf8.allSatisfy { "0-:/. TZ".utf8.contains($0) }
  }

  private func error(_ text: String, _ column: Int, _ row: borrowing CSVReader) -> ImportRowError {
    cells.error(.word(text, words: ConsentAnswer.examples), column, row)
  }
}
