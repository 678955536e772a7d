internal import Domain

/// Finds what a request that was kept without being processed says about one person.
///
/// Reading such a request has crashed the program, perhaps in the JSON parser. So no parser is used here: texts are
/// scanned one by one, with nothing nested and nothing converted, and input that does not look like JSON counts as a
/// single call.
struct KeptRequest {
  /// The person to look for.
  struct Person {
    private let id: [UInt8]
    /// What senders call a visitor; `nil` for others.
    private let visitor: [UInt8]?
    private let inboxes: Set<ExactText>
    private let phones: [[UInt8]]

    init(id: String, addresses: [String] = []) {
      self.id = Array(id.utf8)
      visitor = Visitor.isVisitor(id) ? Array(id.utf8.dropFirst(Visitor.prefix.utf8.count)) : nil
      inboxes = Set(
        addresses.lazy.filter { $0.utf8.contains(UInt8(ascii: "@")) }.map { ExactText(Inbox.key($0)) })
      phones = addresses.compactMap { KeptRequest.digits($0.utf8) }
    }

    /// Whether this is the person's id, or an address in any spelling.
    func isMeant(by value: [UInt8], under key: [UInt8]) -> Bool {
      if KeptRequest.isIdentity(key), value == id { return true }
      if KeptRequest.isVisitorID(key), value == visitor { return true }
      guard value.count <= KeptRequest.longestAddress else { return false }
      if !inboxes.isEmpty, value.contains(UInt8(ascii: "@")) {
        return inboxes.contains(ExactText(Inbox.key(String(decoding: value, as: UTF8.self))))
      }
      guard !phones.isEmpty, let number = KeptRequest.digits(value) else { return false }
      // `0138...` and `138...` mean `+86138...`. Any number may end like that, so this is checked only under a phone's
      // key.
      return phones.contains { phone in
        phone == number || (KeptRequest.isPhone(key) && phone.reversed().starts(with: number.reversed()))
      }
    }
  }

  private let bytes: [UInt8]
  /// The calls of a batch, in order; empty for a single call, or if they cannot be separated.
  private var calls: [Range<Int>] = []
  /// With two lists it is unclear which one counts.
  private var isMixed = false

  /// - Parameter isBatch: whether it may contain several calls.
  init(_ bytes: [UInt8], isBatch: Bool = true) {
    self.bytes = bytes
    guard isBatch else { return }
    var calls: [Range<Int>] = []
    var lists = 0
    read { event in
      switch event {
      case .listOfCalls: lists += 1
      case .call(let range): calls.append(range)
      case .value: break
      }
    }
    if lists == 1 { self.calls = calls }
    isMixed = lists > 1
  }

  /// The part of the request about this person.
  enum Share: Equatable {
    case nothing
    case all
    /// Part of it, inseparable from what is about others.
    case mixed
    /// Some of the calls; the rest is about others.
    case calls(about: [[UInt8]], rest: [UInt8])
  }

  func share(of person: Person) -> Share {
    var places: Set<Int> = []
    /// Matches outside the calls: shared with the others, so not part of the share.
    var outside: [Range<Int>] = []
    // Both are in order, so one pass suffices.
    var call = 0
    read { event in
      guard case .value(let value, let key, let place) = event, person.isMeant(by: value, under: key) else {
        return
      }
      while call < calls.count, calls[call].upperBound <= place.lowerBound { call += 1 }
      if call < calls.count, calls[call].contains(place.lowerBound) {
        places.insert(call)
      } else {
        outside.append(place)
      }
    }
    if places.isEmpty && outside.isEmpty { return .nothing }
    guard let first = calls.first, let last = calls.last, places.count < calls.count else {
      return isMixed ? .mixed : .all
    }
    let others = calls.indices.filter { !places.contains($0) }.map { Array(bytes[calls[$0]]) }
    var rest = blanked(..<first.lowerBound, outside)
    rest += others.joined(separator: [UInt8(ascii: ",")])
    rest += blanked(last.upperBound..., outside)
    return .calls(about: places.sorted().map { Array(bytes[calls[$0]]) }, rest: rest)
  }

  /// A part of the request with the texts at `values` blanked.
  private func blanked(_ part: some RangeExpression<Int>, _ values: [Range<Int>]) -> [UInt8] {
    let part = part.relative(to: bytes)
    var (result, start): ([UInt8], Int) = ([], part.lowerBound)
    for value in values where part.contains(value.lowerBound) {
      result += bytes[start..<value.lowerBound]
      result += "\"\"".utf8
      start = min(value.upperBound, part.upperBound)
    }
    return result + bytes[start..<part.upperBound]
  }

  /// The ids of the people it is about.
  var identities: Set<ExactText> {
    var found: Set<ExactText> = []
    read { event in
      guard case .value(let value, let key, _) = event, value.count <= Self.longestID else { return }
      let id = String(decoding: value, as: UTF8.self)
      if Self.isIdentity(key) { found.insert(ExactText(id)) }
      if Self.isVisitorID(key) { found.insert(ExactText(Visitor.id(of: id))) }
    }
    return found
  }

  private static func isPhone(_ key: [UInt8]) -> Bool {
    guard key.count <= 64 else { return false }
    let key = String(decoding: key, as: UTF8.self).lowercased()
    return ["phone", "mobile", "tel", "whatsapp", "sms"].contains { key.contains($0) }
  }

  private static let longestAddress = 320
  private static let longestID = 1024

  private static func isIdentity(_ key: [UInt8]) -> Bool {
    key.elementsEqual("userId".utf8) || key.elementsEqual("previousId".utf8)
  }

  /// An alias may name a visitor as well as a user.
  private static func isVisitorID(_ key: [UInt8]) -> Bool {
    key.elementsEqual("anonymousId".utf8) || key.elementsEqual("previousId".utf8)
  }

  /// The digits of a possible phone number; `nil` for anything else.
  private static func digits(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var digits: [UInt8] = []
    for byte in text {
      switch byte {
      case 0x30...0x39: if !(digits.isEmpty && byte == 0x30) { digits.append(byte) }
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"),
        UInt8(ascii: "."), UInt8(ascii: "/"):
        break
      default: return nil
      }
    }
    return digits.count >= 7 ? digits : nil
  }

  // MARK: - Scanning

  private enum Found {
    case listOfCalls
    case call(Range<Int>)
    /// A text without its escapes, or a number as written, with the last key before it.
    case value([UInt8], key: [UInt8], place: Range<Int>)
  }

  private func read(_ found: (Found) -> Void) {
    var (depth, place) = (0, 0)
    /// The depth of the calls; `nil` outside their list.
    var callDepth: Int?
    var callStart = 0
    var (key, last): ([UInt8], [UInt8]) = ([], [])
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        let start = place
        last = text(&place)
        found(.value(last, key: key, place: start..<min(place, bytes.count)))
        continue
      case UInt8(ascii: ":"): key = last
      case UInt8(ascii: "["):
        depth += 1
        if callDepth == nil, depth == 1 || (depth == 2 && key.elementsEqual("batch".utf8)) {
          callDepth = depth
          found(.listOfCalls)
        }
      case UInt8(ascii: "{"):
        if depth == callDepth { callStart = place }
        depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == callDepth { found(.call(callStart..<place + 1)) }
      case UInt8(ascii: "]"):
        if depth == callDepth { callDepth = nil }
        depth -= 1
      case 0x30...0x39, UInt8(ascii: "-"):
        let start = place
        while place < bytes.count, Self.isOfNumber(bytes[place]) { place += 1 }
        found(.value(Array(bytes[start..<place]), key: key, place: start..<place))
        continue
      default: break
      }
      place += 1
    }
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
  }

  /// Reads the text at `place` and moves `place` past it.
  private func text(_ place: inout Int) -> [UInt8] {
    var text: [UInt8] = []
    /// The first half of a surrogate pair.
    var high: UInt32?
    place += 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
        text.append(bytes[place])
        place += 1
        continue
      }
      let letter = bytes[place + 1]
      place += 2
      guard letter == UInt8(ascii: "u"), place + 4 <= bytes.count,
        let unit = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
      else {
        text.append(Self.escaped[letter] ?? letter)
        continue
      }
      place += 4
      if (0xD800...0xDBFF).contains(unit) {
        high = unit
        continue
      }
      var value = unit
      if let first = high, (0xDC00...0xDFFF).contains(unit) {
        value = (first - 0xD800) << 10 + (unit - 0xDC00) + 0x10000
      }
      high = nil
      if let scalar = Unicode.Scalar(value) { text.append(contentsOf: String(scalar).utf8) }
    }
    place += 1
    return text
  }

  private static let escaped: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "b"): 8,
    UInt8(ascii: "f"): 12,
  ]
}
