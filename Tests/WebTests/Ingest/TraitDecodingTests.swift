import Domain
import Testing
import Web

struct TraitDecodingTests {
  @Test func `known fields are read and all others are attributes`() throws {
    let (traits, problems) = try Decoding.identify([
      "email": "Ann@Shop.Example", "phone": "+86 138 1234 5678", "firstName": "Ann", "last_name": "Lee",
      "birthday": "1990-05-17", "timezone": "Asia/Shanghai", "language": "zh_CN",
      "createdAt": "2020-05-01T10:00:00+08:00", "tags": ["vip", "tea"],
      "consent": ["email": "granted", "sms": false],
      "address": ["city": "Hangzhou"], "points": 12, "unsubscribed": false,
    ])
    #expect(problems == [])
    var expected = CustomerTraits()
    expected.email = "Ann@shop.example"
    expected.phone = "+8613812345678"
    expected.firstName = "Ann"
    expected.lastName = "Lee"
    expected.birthday = GivenBirthday(.date(month: 5, day: 17, year: 1990))
    expected.timeZone = "Asia/Shanghai"
    expected.locale = "zh-CN"
    expected.joinedAt = Instant(iso8601: "2020-05-01T02:00:00Z")
    expected.tags = ["vip", "tea"]
    expected.consent = ["email": .granted, "sms": .withdrawn]
    expected.attributes = [
      "address": .object(["city": .string("Hangzhou")]), "points": .integer(12), "unsubscribed": .bool(false),
    ]
    #expect(traits == expected)
  }

  @Test func `a lunar birthday needs its calendar in any order`() throws {
    let (traits, problems) = try Decoding.identify([
      "birthday": "1987-06-30", "birthday_leap_month": true, "calendar": "lunar",
    ])
    #expect(problems == [])
    #expect(
      traits.birthday
        == GivenBirthday(.date(month: 6, day: 30, year: 1987), calendar: .lunar, isLeapMonth: true))
    let chinese = try Decoding.identify([
      "birthday_calendar": "农历", "birthdayLeapMonth": "否", "birthday": "1990-08-15",
    ])
    #expect(chinese.problems == [])
    #expect(
      chinese.traits.birthday
        == GivenBirthday(.date(month: 8, day: 15, year: 1990), calendar: .lunar, isLeapMonth: false))
  }

  @Test(
    arguments: [
      (["birthday_calendar": "mayan"], "birthday_calendar: not a calendar; give gregorian or lunar"),
      (["calendar": 1], "calendar: not a calendar; give gregorian or lunar"),
      (["birthday_leap_month": "perhaps"], "birthday_leap_month: not a boolean; give true or false"),
    ] as [(JSON, String)])
  func `a birthday of which something is not understood is left out`(_ detail: JSON, _ problem: String) throws
  {
    var traits = detail.objectValue ?? JSONObject()
    traits["birthday"] = "1990-08-15"
    traits["firstName"] = "Ann"
    let (read, problems) = try Decoding.identify(.object(traits))
    #expect(read.birthday == nil && read.firstName == "Ann")
    #expect(problems == ["traits.\(problem); the birthday with it was left out too"])
  }

  @Test func `a moment is a birthday, a number is none, and a calendar alone says nothing`() throws {
    let moment = try Decoding.identify(["birthday": "1990-03-27T23:00:00.000Z"])
    #expect(moment.problems == [])
    #expect(
      moment.traits.birthday
        == GivenBirthday(.instant(Instant(iso8601: "1990-03-27T23:00:00Z") ?? .distantPast)))
    #expect(
      try Decoding.identify(["birthday": 638_582_400_000]).problems
        == ["traits.birthday: a JSON number; give a text"])
    let alone = try Decoding.identify(["birthday_calendar": "lunar"])
    #expect(alone.problems == ["traits.birthday_calendar: left out; send it together with birthday"])
    #expect(alone.traits == CustomerTraits())
    #expect(try Decoding.identify(["birthday_calendar": "lunar", "birthday": nil]).problems == [])
  }

  @Test(arguments: [
    ("1900-01-01", "programs write it for an unknown one; leave it out"),
    ("1970-01-01T00:00:00.000Z", "programs write it for an unknown one; leave it out"),
    ("0001-01-01", "programs write it for an unknown one; leave it out"),
    ("2099-01-01", "it lies in the future; leave it out, or an unknown year, as MM-DD"),
    ("1885-05-05", "it was more than 120 years ago; leave it out, or an unknown year, as MM-DD"),
  ])
  func `a birthday that is nobody's is left out and told`(text: String, reason: String) throws {
    let (traits, problems) = try Decoding.identify(["birthday": .string(text), "first_name": "Ann"])
    #expect(traits.birthday == nil && traits.firstName == "Ann")
    #expect(problems == ["traits.birthday: not a birthday: \(reason)"])
  }

  @Test func `a full name is split only when nothing better is there`() throws {
    for (name, first, last) in [
      ("Ann Lee", "Ann", "Lee"), ("Mary Jane van Dyke", "Mary Jane van", "Dyke"), ("张三", "张三", nil),
      ("王 小明", "小明", "王"), ("王　小明", "小明", "王"),
    ] as [(String, String, String?)] {
      let (traits, _) = try Decoding.identify(["name": .string(name)])
      #expect(traits.firstName == first)
      #expect(traits.lastName == last.map { .some($0) })
      #expect(traits.attributes == ["name": .string(name)])
    }
    #expect(try Decoding.identify(["name": "Ann Lee", "first_name": "Annie"]).traits.lastName == nil)
  }

  @Test func `names of people pass unchanged`() throws {
    let name = "X\r\nBcc: v@y <script> {{ 7*7 }} 🍵"
    #expect(try Decoding.identify(["first_name": .string(name)]).traits.firstName == name)
  }

  @Test func `null and the empty text clear a field`() throws {
    let (traits, problems) = try Decoding.identify([
      "email": nil, "phone": "", "birthday": nil, "createdAt": nil, "tags": nil, "locale": nil, "points": nil,
    ])
    #expect(problems == [])
    #expect(traits.email == .some(nil))
    #expect(traits.phone == .some(nil))
    #expect(traits.birthday == .some(nil))
    #expect(traits.joinedAt == .some(nil))
    #expect(traits.locale == .some(nil))
    #expect(traits.tags == [])
    #expect(traits.attributes == ["points": .null])
  }

  @Test(arguments: [" ", "\t\n", "\u{A0}", "\u{200B}\u{FEFF}", "\u{1}\u{7F}", "\u{3000} \u{2060}"])
  func `a text in which nothing can be seen clears a field`(_ blank: String) throws {
    let text = JSON.string(blank)
    let (traits, problems) = try Decoding.identify([
      "firstName": text, "last_name": text, "email": text, "phone": text, "birthday": text, "createdAt": text,
      "timezone": text, "locale": text, "tags": [text, "tea"], "city": text,
    ])
    #expect(problems == [])
    #expect(traits.firstName == .some(nil))
    #expect(traits.lastName == .some(nil))
    #expect(traits.email == .some(nil))
    #expect(traits.phone == .some(nil))
    #expect(traits.birthday == .some(nil))
    #expect(traits.joinedAt == .some(nil))
    #expect(traits.timeZone == .some(nil))
    #expect(traits.locale == .some(nil))
    #expect(traits.tags == ["tea"])
    #expect(traits.attributes == ["city": .null])
    let half = try Decoding.identify(["name": .string("Ann \(blank)\u{200B}")]).traits
    #expect(half.firstName == "Ann")
    #expect(half.lastName == nil)
    #expect(try Decoding.identify(["name": text]).traits.firstName == nil)
  }

  @Test(
    arguments: [
      ("2020-05-01", "2020-05-01T12:00:00Z"), (1_588_327_200, "2020-05-01T10:00:00Z"),
      (1_588_327_200_500, "2020-05-01T10:00:00.500Z"),
    ] as [(JSON, String)])
  func `the day of joining is a time, a date or a number`(_ value: JSON, _ expected: String) throws {
    #expect(try Decoding.identify(["created_at": value]).traits.joinedAt == Instant(iso8601: expected))
  }

  @Test func `traits in the context and the device's zone fill the gaps`() throws {
    let (traits, _) = try Decoding.identify(
      ["email": "new@shop.example"],
      context: [
        "traits": ["email": "old@shop.example", "points": 3], "timezone": "Europe/Berlin", "locale": "de-DE",
      ])
    #expect(traits.email == "new@shop.example")
    #expect(traits.attributes == ["points": .integer(3)])
    #expect(traits.timeZone == "Europe/Berlin")
    #expect(traits.locale == "de-DE")
    #expect(try Decoding.identify([:], context: ["timezone": "../../etc/passwd"]).traits.timeZone == nil)
  }

  @Test(
    arguments: [
      (
        ["email": "nobody"],
        "traits.email: not an email address: it has no @; give one such as ann@example.com"
      ),
      (
        ["email": "a@x.example\r\nBcc: v@y.example"],
        "traits.email: not an email address: it holds a control character; give one such as ann@example.com"
      ),
      (["email": 7], "traits.email: a JSON number; give a text"),
      (
        ["phone": "13812345678"],
        "traits.phone: not a telephone number: it has no country code; give one in E.164 such as +8613812345678"
      ),
      (["birthday": "30.02."], "traits.birthday: not a birthday; give YYYY-MM-DD or MM-DD"),
      (
        ["timezone": "UTC+25:00"], "traits.timezone: not a time zone; give an IANA name such as Asia/Shanghai"
      ),
      (["locale": "de DE"], "traits.locale: not a language tag; give BCP 47 such as zh-Hans"),
      (
        ["joined_at": "1/2/3"],
        "traits.joined_at: not a time; give ISO 8601, such as 2026-03-01 or 2026-03-01T10:00:00Z"
      ),
      (["tags": [1]], "traits.tags: not all texts"),
      (
        ["consent": ["email": "maybe"]],
        "traits.consent.email: not a consent; give true or false, or a word such as yes, no, granted or withdrawn"
      ),
      (["consent": ["E-Mail!": true]], "traits.consent: a name in it is no channel; give one such as email"),
      (["consent": true], "traits.consent: a JSON boolean; send an object of channels"),
    ] as [(JSON, String)])
  func `a bad field is named, left out, and costs no other field`(_ bad: JSON, _ expected: String) throws {
    var traits = try #require(bad.objectValue)
    traits["first_name"] = "Ann"
    traits["points"] = 3
    let (read, problems) = try Decoding.identify(.object(traits))
    #expect(problems == [expected])
    var rest = CustomerTraits()
    rest.firstName = "Ann"
    rest.attributes = ["points": .integer(3)]
    #expect(read == rest)
  }

  @Test func `too many attributes or bytes refuse the call`() throws {
    var many = JSONObject()
    for index in 0..<257 { many["a\(index)"] = .integer(Int64(index)) }
    #expect(throws: Decoding.NoIdentify.self) { try Decoding.identify(.object(many)) }
    let decoded = try Decoding.decode(
      ["userId": "ann", "traits": ["note": .string(String(repeating: "x", count: 70_000))]],
      as: .single(.identify))
    #expect(decoded.events == [])
    #expect(
      decoded.problems.map(\.description) == ["traits: more than 65536 bytes; send less with each event"])
  }

  // MARK: - Traits beside other calls

  private func traits(beside call: TrackingCall, _ context: JSON) throws -> (CustomerTraits?, [String]) {
    let decoded = try Decoding.decode(
      [
        "userId": "ann", "event": "Order Completed", "name": "Home", "groupId": "g", "context": context,
        "messageId": "m1", "properties": ["order_id": "1", "total": 5],
      ], as: .single(call))
    return (try #require(decoded.events.first).traits, decoded.problems.map(\.description))
  }

  @Test(arguments: [TrackingCall.track, .page, .screen, .group])
  func `traits in the context of another call are read as those of an identify call`(
    call: TrackingCall
  ) throws {
    let fields: JSON = [
      "email": "ann@shop.example", "firstName": "Ann", "consent": ["sms": true], "points": 3,
    ]
    let (read, problems) = try traits(beside: call, ["traits": fields, "timezone": "Europe/Berlin"])
    #expect(problems == [])
    #expect(read == (try Decoding.identify(fields).traits))
  }

  @Test(
    arguments: [[:], ["traits": nil], ["traits": [:]], "nothing", ["timezone": "Europe/Berlin"]] as [JSON])
  func `a call without traits in its context says nothing of the customer`(context: JSON) throws {
    let (read, problems) = try traits(beside: .track, context)
    #expect(read == nil)
    #expect(problems == [])
  }

  @Test func `an identify call has its traits once`() throws {
    let decoded = try Decoding.decode(
      ["userId": "ann", "messageId": "m1", "context": ["traits": ["points": 3]]], as: .single(.identify))
    #expect(decoded.events.first?.traits == nil)
  }

  @Test func `what is wrong in a context's traits is named and costs only them`() throws {
    let (read, problems) = try traits(beside: .track, ["traits": ["email": "nobody", "points": 3]])
    #expect(
      problems == [
        "context.traits.email: not an email address: it has no @; give one such as ann@example.com"
      ])
    var rest = CustomerTraits()
    rest.attributes = ["points": .integer(3)]
    #expect(read == rest)

    let (none, wrong) = try traits(beside: .track, ["traits": [1]])
    #expect(none == nil)
    #expect(wrong == ["context.traits: a JSON array; send an object"])

    let note = JSON.string(String(repeating: "x", count: 70_000))
    let (left, tooMuch) = try traits(beside: .track, ["traits": ["note": note]])
    #expect(left == nil)
    #expect(tooMuch == ["context.traits: more than 65536 bytes; send less with each event"])
  }
}
