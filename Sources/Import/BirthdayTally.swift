internal import Domain

/// Counts the birthdays of a file: one that very many customers share was filled in by a form or a program.
///
/// Only dates that are frequent among the first rows are counted in the rest of the file.
struct BirthdayTally {
  let column: Int
  private var counts: [ExactText: Int] = [:]
  private var isHead = true

  /// A date is taken for a missing one when more than three rows of a hundred, and at least twenty, have it.
  private static let least = 20
  private static func isShared(_ count: Int, by rows: Int) -> Bool {
    count >= least && count * 100 > rows * 3
  }

  init(column: Int) { self.column = column }

  /// Whether no date is left to be counted.
  var isSettled: Bool { !isHead && counts.isEmpty }

  mutating func add(_ text: String) {
    let key = ExactText(text)
    if isHead {
      counts[key, default: 0] += 1
    } else if let count = counts[key] {
      counts[key] = count + 1
    }
  }

  /// Called behind the first rows.
  mutating func endHead() {
    guard isHead else { return }
    isHead = false
    counts = counts.filter { Self.isShared($0.value, by: ColumnSurvey.head) }
  }

  /// The dates that are taken for missing ones, the most frequent first.
  func shared(by rows: Int) -> [(text: String, count: Int)] {
    counts.filter { Self.isShared($0.value, by: rows) }
      .sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
      .map { ($0.key.text, $0.value) }
  }
}
