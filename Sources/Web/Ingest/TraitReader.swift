internal import Domain
internal import Platform

/// Reads the fields of an identify call into customer traits; bad fields are omitted and reported.
struct TraitReader {
  let decoder: TrackingDecoder
  /// The path of the fields, for problems.
  let place: String
  private let receivedAt: Instant
  var traits = CustomerTraits()
  var problems: [EventProblem] = []
  /// Traits without a meaning of their own.
  private var others: [JSONObject.Member] = []
  /// Consent given under shop systems' names; the trait `consent` itself takes precedence.
  var heardConsent: [ChannelName: ConsentState] = [:]
  private var fullName: String?
  private var birthday: (text: String?, field: String)?
  private var calendar: CalendarKind?
  private var isLeapMonth: Bool?
  /// The last field of the birthday given, to report when the birthday itself is missing.
  private var birthdayDetail: String?
  /// Whether a field of the birthday was not understood, so that the birthday may be wrong.
  private var isBirthdayDoubtful = false

  init(_ decoder: TrackingDecoder, place: String = "traits", receivedAt: Instant) {
    self.decoder = decoder
    self.receivedAt = receivedAt
    self.place = place
  }

  /// Must be called once. Null and blank text clear a field.
  mutating func read(_ object: JSONObject) throws(EventProblem) {
    try Self.measure(object, place, decoder.limits)
    for member in object.members { read(member) }
    setBirthday()
    for (channel, state) in heardConsent where traits.consent[channel] == nil {
      traits.consent[channel] = state
    }
    if let fullName, traits.firstName == nil, traits.lastName == nil { split(fullName) }
    for index in others.indices {
      if case .string(let text) = others[index].value, text.showsNothing { others[index].value = .null }
    }
    traits.attributes = try decoder.record(JSONObject(members: others), place)
  }

  /// The number of names with a meaning, in all spellings; they do not become attributes.
  private static let knownNames = 32

  /// Throws if the traits are too large, before they are read.
  static func measure(
    _ object: JSONObject, _ place: String, _ limits: TrackingDecoder.Limits
  ) throws(EventProblem) {
    guard object.count > limits.attributes + knownNames else { return }
    throw EventProblem(
      field: place, reason: "\(object.count) members, at most \(limits.attributes) are taken")
  }

  /// Fills traits still missing from what the sender's device reports.
  mutating func readDevice(_ context: JSONObject) {
    if traits.timeZone == nil, case .string(let name)? = context["timezone"], decoder.isTimeZone(name) {
      traits.timeZone = .some(name)
    }
    if traits.locale == nil, case .string(let tag)? = context["locale"], let locale = Self.locale(tag) {
      traits.locale = .some(locale)
    }
  }

  private mutating func read(_ member: JSONObject.Member) {
    let (key, value) = (member.key, member.value)
    switch key {
    case "email":
      text(key, value) { reader, text in
        do {
          reader.traits.email = .some(
            try text.map { text throws(EmailSyntaxError) in
              try EmailSyntax.normalized(text, mapped: DomainName.unicode)
            })
        } catch {
          reader.leaveOut(key, "\(error)")
        }
      }
    case "phone":
      text(key, value) { reader, text in
        do {
          reader.traits.phone = .some(
            try text.map { text throws(PhoneSyntaxError) in
              try PhoneSyntax.normalized(text, country: reader.decoder.callingCode)
            })
        } catch {
          reader.leaveOut(key, "\(error)")
        }
      }
    case "firstName", "first_name": name(key, value) { $0.traits.firstName = .some($1) }
    case "lastName", "last_name": name(key, value) { $0.traits.lastName = .some($1) }
    case "name":
      others.append(member)
      if case .string(let text) = value { fullName = text }
    case "birthday": text(key, value) { $0.birthday = ($1, key) }
    case "calendar", "birthday_calendar", "birthdayCalendar":
      guard !value.isNull, value != .string("") else { break }
      birthdayDetail = key
      calendar = value.stringValue.flatMap { CalendarKind(named: $0) }
      if calendar == nil { doubtBirthday(key, "not a calendar; give gregorian or lunar") }
    case "birthday_leap_month", "birthdayLeapMonth":
      guard !value.isNull, value != .string("") else { break }
      birthdayDetail = key
      isLeapMonth = value.boolValue ?? value.stringValue.flatMap { Bool(answer: $0) }
      if isLeapMonth == nil { doubtBirthday(key, "not a boolean; give true or false") }
    case "timezone", "time_zone", "timeZone":
      text(key, value) { reader, text in
        guard text.map(reader.decoder.isTimeZone) ?? true else {
          return reader.leaveOut(key, "not a time zone; give an IANA name such as Asia/Shanghai")
        }
        reader.traits.timeZone = .some(text)
      }
    case "locale", "language":
      text(key, value) { reader, text in
        let locale = text.flatMap(Self.locale)
        guard text == nil || locale != nil else {
          return reader.leaveOut(key, "not a language tag; give BCP 47 such as zh-Hans")
        }
        reader.traits.locale = .some(locale)
      }
    case "createdAt", "created_at", "joinedAt", "joined_at": readJoinedAt(key, value)
    case "tags": readTags(value)
    case "consent": readConsent(value)
    default:
      readConsent(under: key, value)
      others.append(member)
    }
  }

  /// Passes the text of a field on, or `nil` to clear it.
  private mutating func text(
    _ key: String, _ value: JSON, _ use: (inout TraitReader, String?) -> Void
  ) {
    switch value {
    case .null: use(&self, nil)
    case .string(let text): use(&self, text.unlessEmpty)
    default: leaveOut(key, "a JSON \(value.typeName); give a text")
    }
  }

  /// Names of people are not validated.
  private mutating func name(
    _ key: String, _ value: JSON, _ use: (inout TraitReader, String?) -> Void
  ) {
    text(key, value) { reader, text in
      guard (text ?? "").utf8.count <= TrackingDecoder.maximumIDBytes else {
        return reader.leaveOut(key, "longer than \(TrackingDecoder.maximumIDBytes) bytes")
      }
      use(&reader, text)
    }
  }

  mutating func leaveOut(_ key: String, _ reason: String) {
    problems.append(EventProblem(field: "\(place).\(key)", reason: reason, isEventKept: true))
  }

  private mutating func split(_ name: String) {
    guard name.utf8.count <= TrackingDecoder.maximumIDBytes, let name = FullName(name) else { return }
    traits.firstName = .some(name.first)
    if let last = name.last { traits.lastName = .some(last) }
  }

  private mutating func doubtBirthday(_ key: String, _ reason: String) {
    isBirthdayDoubtful = true
    leaveOut(key, "\(reason); the birthday with it was left out too")
  }

  private mutating func setBirthday() {
    if isBirthdayDoubtful { return }
    guard let birthday else {
      if let birthdayDetail { leaveOut(birthdayDetail, "left out; send it together with birthday") }
      return
    }
    guard let text = birthday.text else { return traits.birthday = .some(nil) }
    do throws(BirthdayError) {
      let given = try GivenBirthday(text, calendar: calendar, isLeapMonth: isLeapMonth)
      try given.check(now: receivedAt)
      traits.birthday = .some(given)
    } catch {
      leaveOut(birthday.field, "\(error)")
    }
  }

  private mutating func readTags(_ value: JSON) {
    let most = decoder.limits.attributes
    var tags: [String] = []
    switch value {
    case .null: break
    case .array(let elements):
      guard elements.count <= 2 * most else {
        return leaveOut("tags", "\(elements.count) tags, at most \(most) are taken")
      }
      for element in elements {
        guard case .string(let tag) = element else { return leaveOut("tags", "not all texts") }
        tags.append(tag)
      }
    case .string(let text):
      guard text.utf8.count <= most * (EventName.maximumBytes + 2) else {
        return leaveOut("tags", "\(text.utf8.count) bytes; give at most \(most) tags")
      }
      tags = text.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0).withoutSpaces) }
    default: return leaveOut("tags", "a JSON \(value.typeName); give an array of texts")
    }
    tags.removeAll(where: \.showsNothing)
    guard tags.count <= most else {
      return leaveOut("tags", "\(tags.count) tags, at most \(most) are taken")
    }
    guard tags.allSatisfy({ $0.utf8.count <= EventName.maximumBytes }) else {
      return leaveOut("tags", "a tag is longer than \(EventName.maximumBytes) bytes")
    }
    traits.tags = tags
  }

  private mutating func readJoinedAt(_ key: String, _ value: JSON) {
    switch value {
    case .null: traits.joinedAt = .some(nil)
    case .string(let text) where text.showsNothing: traits.joinedAt = .some(nil)
    case .string(let text):
      if let instant = Instant(iso8601: text) {
        traits.joinedAt = .some(instant)
      } else if let date = CivilDate(text) {
        // Noon, so that the date is the same in nearly every zone.
        traits.joinedAt = .some(decoder.timeZone.instant(of: date, secondOfDay: 12 * 3600))
      } else {
        leaveOut(key, "not a time; give ISO 8601, such as 2026-03-01 or 2026-03-01T10:00:00Z")
      }
    case .integer(let number) where (0...253_402_300_799_999).contains(number):
      // Seconds since 1970 up to the year 5138, else milliseconds.
      traits.joinedAt = .some(
        number < 100_000_000_000 ? Instant(seconds: number) : Instant(milliseconds: number))
    default: leaveOut(key, "not a time; give ISO 8601, such as 2026-03-01 or 2026-03-01T10:00:00Z")
    }
  }

  /// `zh_CN` becomes `zh-CN`; `nil` if this is not a language tag.
  private static func locale(_ text: String) -> String? {
    var tag: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: tag.append(byte)
      case 0x5F: tag.append(0x2D)
      default: return nil
      }
    }
    let parts = tag.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard tag.count <= 35, (2...3).contains(parts[0].count), parts.allSatisfy({ (1...8).contains($0.count) })
    else { return nil }
    return String(decoding: tag, as: UTF8.self)
  }
}
