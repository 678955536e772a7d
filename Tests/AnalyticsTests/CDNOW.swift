import Analytics
import Glibc
import Support
import Testing

/// The purchases of 2,357 customers of a record shop who first bought in the first quarter of 1997, until June 1998: the
/// sample on which the papers of these models publish their figures. It comes with the Python package `lifetimes`.
struct CDNOW {
  struct Purchase {
    /// Since 1997-01-01.
    let day: Int
    /// In cents.
    let amount: Int64
  }

  static let end = Self.day(year: 1998, ordinal: 181)
  /// The last day of the papers' calibration period, 1997-09-30.
  static let calibrationEnd = Self.day(year: 1997, ordinal: 273)

  /// By customer, in order of time.
  let customers: [[Purchase]]

  init() throws {
    let venv = try #require(
      getenv("REPRISE_TEST_VENV").map { String(cString: $0) },
      "REPRISE_TEST_VENV is not set: run `make test`, which makes a Python environment with lifetimes")
    let script = """
      import importlib.util as u
      place = u.find_spec('lifetimes').submodule_search_locations[0]
      for line in open(place + '/datasets/CDNOW_sample.txt'): print(line.strip())
      """
    let result = try spawn(["\(venv)/bin/python3", "-c", script])
    try #require(result.status == 0, "\(result.errorText)")
    var customers: [Int: [Purchase]] = [:]
    for line in result.text.split(separator: "\n") {
      let cells = line.split(separator: " ")
      let customer = try #require(Int(cells[1]))
      let date = try #require(Int(cells[2]))
      let dollars = try #require(Double(cells[4]))
      customers[customer, default: []].append(
        Purchase(day: Self.day(date), amount: Int64((dollars * 100).rounded())))
    }
    self.customers = customers.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Of a date as 19970131.
  private static func day(_ date: Int) -> Int {
    let lengths = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    return day(year: date / 10_000, ordinal: lengths[date / 100 % 100 - 1] + date % 100)
  }

  /// Neither year is a leap year.
  private static func day(year: Int, ordinal: Int) -> Int { (year - 1997) * 365 + ordinal - 1 }

  /// How many customers have each record at the end of `day`.
  func records(until day: Int) -> [BuyingRecord: Int] {
    var counts: [BuyingRecord: Int] = [:]
    for purchases in customers {
      if let record = BuyingRecord(days: purchases.map(\.day), end: day) { counts[record, default: 0] += 1 }
    }
    return counts
  }
}
