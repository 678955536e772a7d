internal import Domain
internal import Platform

extension Birthday {
  /// `1990-05-17`, `05-17`, or in the lunar calendar `lunar:1990-05-17`, with `+` after the number of a leap
  /// month.
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
  enum Column: Int, TableColumn {
    case key, id, email, phone, firstName, lastName, birthday, timeZone, locale, joinedAt, consent, tags,
      attributes, fieldTimes, names

    static let all = allCases
    /// The mutable columns.
    static let changing = all.filter { $0 != .key && $0 != .id }
  }

  /// Selects rows for `init(_:)`; append a condition.
  static let select = "SELECT \(SQL.list(Column.all.names)) FROM customers"

  init(_ row: borrowing Row) throws {
    self.init(key: row.customer(Column.key), id: row.string(Column.id))
    email = row.optionalString(Column.email)
    phone = row.optionalString(Column.phone)
    firstName = row.optionalString(Column.firstName)
    lastName = row.optionalString(Column.lastName)
    birthday = row.optionalString(Column.birthday).flatMap { Birthday(stored: $0) }
    timeZone = row.optionalString(Column.timeZone)
    locale = row.optionalString(Column.locale)
    joinedAt = row.optionalInstant(Column.joinedAt)
    consent = try Self.consent(row, Column.consent.rawValue)
    if !row.holds("[]", Column.tags) {
      tags = try row.json(Column.tags).arrayValue?.compactMap(\.stringValue) ?? []
    }
    if !row.holds("{}", Column.attributes) {
      attributes = Record(stored: try row.json(Column.attributes))
    }
    fieldTimes = try Self.fieldTimes(row, Column.fieldTimes.rawValue)
    if !row.isNull(Column.names) { names = CustomerNames(stored: try row.json(Column.names)) }
  }

  /// The size of the columns without a fixed limit.
  static func storedBytes(_ row: borrowing Row) -> Int {
    row.byteCount(Column.tags) + row.byteCount(Column.attributes) + row.byteCount(Column.fieldTimes)
  }

  func bind(_ column: Column, to binder: any SQLBinder) throws {
    switch column {
    case .key: try binder.bind(key)
    case .id: try binder.bind(id)
    case .email: try binder.bind(email)
    case .phone: try binder.bind(phone)
    case .firstName: try binder.bind(firstName)
    case .lastName: try binder.bind(lastName)
    case .birthday: try binder.bind(birthday?.stored)
    case .timeZone: try binder.bind(timeZone)
    case .locale: try binder.bind(locale)
    case .joinedAt: try binder.bind(joinedAt)
    case .consent: try binder.bind(storedConsent)
    case .tags: try binder.bind(storedTags)
    case .attributes: try binder.bind(attributes.stored)
    case .fieldTimes: try binder.bind(storedFieldTimes)
    case .names: try binder.bind(names?.stored)
    }
  }

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

  /// The form of the column: fields set by the same event share one entry, as in
  /// `{"1700000000000":["email","phone"]}`.
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
  /// Whether the column is exactly this short text; saves parsing values that are nearly always empty.
  func holds(_ text: StaticString, _ column: Int) -> Bool {
    withUTF8(column) { bytes in
      bytes.count == text.utf8CodeUnitCount
        && text.withUTF8Buffer { wanted in zip(bytes, wanted).allSatisfy { $0 == $1 } }
    }
  }
}
