internal import Domain

/// Counts the birthdays in a file to find placeholders: a date that very many customers share is a form's default, not
/// a birthday.
///
/// Memory stays bounded: after the first rows, only the dates that were frequent among them are counted.
struct BirthdayTally {
  let column: Int
  private var counts: [ExactText: Int] = [:]
  private var isHead = true

  /// A date is a placeholder if at least 20 rows and more than 3 % of all rows have it.
  private static let least = 20
  private static func isShared(_ count: Int, by rows: Int) -> Bool {
    count >= least && count * 100 > rows * 3
  }

  init(column: Int) { self.column = column }

  /// Whether the rest of the file cannot change the result.
  var isSettled: Bool { !isHead && counts.isEmpty }

  mutating func add(_ text: String) {
    let key = ExactText(text)
    if isHead {
      counts[key, default: 0] += 1
    } else if let count = counts[key] {
      counts[key] = count + 1
    }
  }

  /// Called after the first `ColumnSurvey.head` rows.
  mutating func endHead() {
    guard isHead else { return }
    isHead = false
    counts = counts.filter { Self.isShared($0.value, by: ColumnSurvey.head) }
  }

  /// The placeholder dates, most frequent first.
  ///
  /// - Parameter rows: the number of rows in the file.
  func shared(by rows: Int) -> [(text: String, count: Int)] {
    counts.filter { Self.isShared($0.value, by: rows) }
      .sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
      .map { ($0.key.text, $0.value) }
  }
}
