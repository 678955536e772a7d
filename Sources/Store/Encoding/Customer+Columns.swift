internal import Domain
internal import Platform

extension Birthday {
  /// `1990-05-17`, `05-17`, in the lunar calendar `lunar:1990-05-17` with `+` behind a leap month's number.
  var stored: String {
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let day = "\(two(month))\(isLeapMonth ? "+" : "")-\(two(day))"
    return (calendar == .lunar ? "lunar:" : "") + (year.map { "\($0)-" } ?? "") + day
  }

  init?(stored text: String) {
    var rest = Substring(text)
    let isLunar = rest.hasPrefix("lunar:")
    if isLunar { rest = rest.dropFirst(6) }
    let parts = rest.split(separator: "-")
    guard parts.count == 2 || parts.count == 3, let day = Int(parts[parts.count - 1]) else { return nil }
    let monthText = parts[parts.count - 2]
    let isLeap = monthText.hasSuffix("+")
    guard let month = Int(isLeap ? monthText.dropLast() : monthText) else { return nil }
    self.init(
      month: month, day: day, year: parts.count == 3 ? Int(parts[0]) : nil,
      calendar: isLunar ? .lunar : .gregorian, isLeapMonth: isLeap)
  }
}

extension Customer {
  /// The columns of `Customer.columns`, in that order.
  init(_ row: borrowing Row, from column: Int = 0) throws {
    self.init(key: row.customer(column), id: row.string(column + 1))
    email = row.optionalString(column + 2)
    phone = row.optionalString(column + 3)
    firstName = row.optionalString(column + 4)
    lastName = row.optionalString(column + 5)
    birthday = row.optionalString(column + 6).flatMap { Birthday(stored: $0) }
    timeZone = row.optionalString(column + 7)
    locale = row.optionalString(column + 8)
    joinedAt = row.optionalInstant(column + 9)
    consent = try Self.consent(row, column + 10)
    if !row.holds("[]", column + 11) {
      tags = try row.json(column + 11).arrayValue?.compactMap(\.stringValue) ?? []
    }
    if !row.holds("{}", column + 12) { attributes = Record(stored: try row.json(column + 12)) }
    fieldTimes = try Self.fieldTimes(row, column + 13)
  }

  static let columns =
    "c.key, c.id, c.email, c.phone, c.first_name, c.last_name, c.birthday, c.time_zone, c.locale, c.joined_at, c.consent, c.tags, c.attributes, c.field_times"

  static func consent(_ row: borrowing Row, _ column: Int) throws -> [ChannelName: ConsentState] {
    if row.holds("{}", column) { return [:] }
    var consent: [ChannelName: ConsentState] = [:]
    for member in try row.json(column).objectValue ?? JSONObject() {
      consent[ChannelName(member.key)] = member.value.stringValue.flatMap { ConsentState(rawValue: $0) }
    }
    return consent
  }

  var storedConsent: String {
    if consent.isEmpty { return "{}" }
    var writer = JSONWriter()
    writer.object { writer in
      for (channel, state) in consent.sorted(by: { $0.key < $1.key }) {
        writer.field(channel.rawValue, state.rawValue)
      }
    }
    return writer.text
  }

  var storedTags: String { tags.isEmpty ? "[]" : storedText(.array(tags.map { .string($0) })) }

  /// Fields written by the same event share one entry: `{"1700000000000":["email","phone"]}`.
  var storedFieldTimes: String {
    if fieldTimes.isEmpty { return "{}" }
    var names: [Int64: [String]] = [:]
    for (name, at) in fieldTimes { names[at.milliseconds, default: []].append(name.text) }
    var writer = JSONWriter()
    writer.object { writer in
      for (at, names) in names.sorted(by: { $0.key < $1.key }) {
        writer.key(String(at))
        writer.array { writer in for name in names.sorted() { writer.value(name) } }
      }
    }
    return writer.text
  }

  private static func fieldTimes(_ row: borrowing Row, _ column: Int) throws -> [ExactText: Instant] {
    if row.holds("{}", column) { return [:] }
    var times: [ExactText: Instant] = [:]
    for member in try row.json(column).objectValue ?? JSONObject() {
      guard let at = Int64(member.key) else { continue }
      for name in member.value.arrayValue ?? [] {
        if let name = name.stringValue { times[name] = Instant(milliseconds: at) }
      }
    }
    return times
  }
}

extension Row {
  /// Whether the column is exactly this short text; saves parsing what is nearly always empty.
  func holds(_ text: StaticString, _ column: Int) -> Bool {
    withUTF8(column) { bytes in
      bytes.count == text.utf8CodeUnitCount
        && text.withUTF8Buffer { wanted in zip(bytes, wanted).allSatisfy { $0 == $1 } }
    }
  }
}
