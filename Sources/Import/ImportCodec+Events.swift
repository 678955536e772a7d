internal import Domain
internal import Platform

extension ImportCodec {
  /// `[customer, message id, name, at, received at, properties, effect, ...]`; the effect is a word, followed by its
  /// data.
  static func json(_ incoming: IncomingEvent) -> JSON {
    let event = incoming.event
    var parts: [JSON] = [
      .string(incoming.customerID), .string(event.messageID), .string(event.name.rawValue), json(event.at),
      json(event.receivedAt), json(event.properties),
    ]
    switch incoming.effect {
    case .identify(let traits): parts += ["identify", json(traits)]
    case .orderPlaced(let order): parts += ["order_placed", json(order)]
    case .orderCancelled(let id): parts += ["order_cancelled", .string(id)]
    // Files only have refunds of whole orders.
    case .orderRefunded(let id, _, _): parts += ["order_refunded", .string(id)]
    case .consent(let channels, let state):
      parts += ["consent", .array(channels.map { .string($0.rawValue) }), .string(state.rawValue)]
    case .cartChanged, .none: break
    }
    // What an order says of its customer.
    if let told = incoming.traits { parts.append(json(told)) }
    return .array(parts)
  }

  static func event(_ json: JSON) throws(ImportCodecError) -> IncomingEvent {
    guard let parts = json.arrayValue, parts.count >= 6, let customer = parts[0].stringValue,
      let messageID = parts[1].stringValue, let name = parts[2].stringValue, let at = instant(parts[3]),
      let receivedAt = instant(parts[4])
    else { throw ImportCodecError(part: "event") }
    let event = Event(
      messageID: messageID, name: EventName(name), at: at, receivedAt: receivedAt,
      properties: try record(parts[5]))
    // Only an order may be followed by what it says of its customer.
    let isTelling = parts.count == 9 && parts[6].stringValue == "order_placed"
    var incoming = IncomingEvent(
      customerID: customer, event: event, effect: try effect(parts[6..<(isTelling ? 8 : parts.count)]))
    if isTelling { incoming.traits = try traits(parts[8]) }
    return incoming
  }

  private static func effect(_ parts: ArraySlice<JSON>) throws(ImportCodecError) -> EventEffect {
    guard let word = parts.first?.stringValue else { return .none }
    let rest = Array(parts.dropFirst())
    switch (word, rest.count) {
    case ("identify", 1): return .identify(try traits(rest[0]))
    case ("order_placed", 1): return .orderPlaced(try order(rest[0]))
    case ("order_cancelled", 1):
      if let id = rest[0].stringValue { return .orderCancelled(orderID: id) }
    case ("order_refunded", 1):
      if let id = rest[0].stringValue { return .orderRefunded(orderID: id, amount: nil) }
    case ("consent", 2):
      if let channels = rest[0].arrayValue,
        let state = rest[1].stringValue.flatMap({ ConsentState(word: $0) })
      {
        return .consent(channels.compactMap(\.stringValue).map { ChannelName($0) }, state)
      }
    default: break
    }
    throw ImportCodecError(part: "event")
  }

  /// `[id, placed at, total, currency, cart, received at, pending at, details, refund told, refunded at,
  /// [sku, name, quantity, price]...]`.
  private static func json(_ order: Order) -> JSON {
    var parts: [JSON] = [
      .string(order.id), order.placedAt.map { json($0) } ?? .null, .integer(order.total.minorUnits),
      .string(order.total.currency.code), json(order.cartID), json(order.receivedAt),
      order.pendingAt.map { json($0) } ?? .null, order.details.isEmpty ? .null : json(order.details),
      .integer(order.refundTold), order.refundedAt.map { json($0) } ?? .null,
    ]
    for line in order.lines {
      parts.append([
        .string(line.sku), json(line.name), .integer(Int64(line.quantity)),
        line.price.map { .integer($0) } ?? .null,
      ])
    }
    return .array(parts)
  }

  private static func order(_ json: JSON) throws(ImportCodecError) -> Order {
    guard let parts = json.arrayValue, parts.count >= 10, let id = parts[0].stringValue,
      let total = parts[2].integerValue, let currency = parts[3].stringValue.flatMap({ Currency($0) }),
      let receivedAt = instant(parts[5])
    else { throw ImportCodecError(part: "order") }
    var order = Order(
      id: id, placedAt: instant(parts[1]), pendingAt: instant(parts[6]),
      total: Money(minorUnits: total, currency: currency), cartID: parts[4].stringValue,
      refundedAt: instant(parts[9]), refundTold: parts[8].integerValue ?? 0,
      details: details(parts[7]), receivedAt: receivedAt)
    for line in parts.dropFirst(10) {
      guard let sku = line[0]?.stringValue, let quantity = line[2]?.integerValue else {
        throw ImportCodecError(part: "order")
      }
      order.lines.append(
        OrderLine(sku: sku, name: line[1]?.stringValue, quantity: Int(quantity), price: line[3]?.integerValue)
      )
    }
    return order
  }

  /// `[discount, shipping, store, coupons]`.
  private static func json(_ details: OrderDetails) -> JSON {
    [
      .integer(details.discount), details.shipping.map { .integer($0) } ?? .null, json(details.store),
      .array(details.coupons.map { .string($0) }),
    ]
  }

  private static func details(_ json: JSON) -> OrderDetails {
    OrderDetails(
      discount: json[0]?.integerValue ?? 0, shipping: json[1]?.integerValue,
      coupons: json[3]?.arrayValue?.compactMap(\.stringValue) ?? [], store: json[2]?.stringValue)
  }

  /// Only the fields that have a value: an import never clears one.
  private static func json(_ traits: CustomerTraits) -> JSON {
    var object = JSONObject()
    func add(_ key: String, _ value: String??) {
      if let value = value ?? nil { object[key] = .string(value) }
    }
    add("email", traits.email)
    add("phone", traits.phone)
    add("first_name", traits.firstName)
    add("last_name", traits.lastName)
    add("time_zone", traits.timeZone)
    add("locale", traits.locale)
    if let birthday = traits.birthday ?? nil {
      object["birthday"] = json(birthday)
    }
    if let joinedAt = traits.joinedAt ?? nil { object["joined_at"] = json(joinedAt) }
    if !traits.consent.isEmpty {
      var consent = JSONObject()
      for (channel, state) in traits.consent { consent[channel.rawValue] = .string(state.rawValue) }
      object["consent"] = .object(consent)
    }
    if let tags = traits.tags { object["tags"] = .array(tags.map { .string($0) }) }
    if !traits.attributes.isEmpty { object["attributes"] = json(traits.attributes) }
    return .object(object)
  }

  private static func json(_ birthday: GivenBirthday) -> JSON {
    var object = JSONObject()
    switch birthday.day {
    case .date(let month, let day, let year):
      object["date"] = [
        year.map { .integer(Int64($0)) } ?? .null, .integer(Int64(month)), .integer(Int64(day)),
      ]
    case .instant(let instant): object["instant"] = json(instant)
    }
    if let calendar = birthday.calendar { object["calendar"] = .string(calendar.rawValue) }
    if let isLeap = birthday.isLeapMonth { object["leap_month"] = .bool(isLeap) }
    return .object(object)
  }

  private static func birthday(_ json: JSON) throws(ImportCodecError) -> GivenBirthday {
    var birthday: GivenBirthday
    if let instant = instant(json["instant"]) {
      birthday = GivenBirthday(.instant(instant))
    } else {
      guard let date = json["date"], let month = date[1]?.integerValue, let day = date[2]?.integerValue else {
        throw ImportCodecError(part: "birthday")
      }
      birthday = GivenBirthday(
        .date(month: Int(month), day: Int(day), year: date[0]?.integerValue.map { Int($0) }))
    }
    if let word = json["calendar"]?.stringValue {
      guard let calendar = CalendarKind(word: word) else { throw ImportCodecError(part: "birthday") }
      birthday.calendar = calendar
    }
    birthday.isLeapMonth = json["leap_month"]?.boolValue
    return birthday
  }

  private static func traits(_ json: JSON) throws(ImportCodecError) -> CustomerTraits {
    guard json.objectValue != nil else { throw ImportCodecError(part: "customer") }
    var traits = CustomerTraits()
    if let text = json["email"]?.stringValue { traits.email = .some(text) }
    if let text = json["phone"]?.stringValue { traits.phone = .some(text) }
    if let text = json["first_name"]?.stringValue { traits.firstName = .some(text) }
    if let text = json["last_name"]?.stringValue { traits.lastName = .some(text) }
    if let text = json["time_zone"]?.stringValue { traits.timeZone = .some(text) }
    if let text = json["locale"]?.stringValue { traits.locale = .some(text) }
    if let parts = json["birthday"] { traits.birthday = .some(try birthday(parts)) }
    if let joinedAt = instant(json["joined_at"]) { traits.joinedAt = .some(joinedAt) }
    for member in json["consent"]?.objectValue?.members ?? [] {
      guard let state = member.value.stringValue.flatMap({ ConsentState(word: $0) }) else {
        throw ImportCodecError(part: "consent")
      }
      traits.consent[ChannelName(member.key)] = state
    }
    if let tags = json["tags"]?.arrayValue { traits.tags = tags.compactMap(\.stringValue) }
    if let attributes = json["attributes"] { traits.attributes = try record(attributes) }
    return traits
  }

  /// Only booleans, numbers and text, since files have no other values.
  private static func json(_ record: Record) -> JSON {
    .object(
      JSONObject(
        members: record.entries.map { entry in
          let value: JSON =
            switch entry.value {
            case .bool(let flag): .bool(flag)
            case .integer(let number): .integer(number)
            case .number(let number): .number(number)
            case .string(let text): .string(text)
            default: .null
            }
          return JSONObject.Member(key: entry.name, value: value)
        }))
  }

  private static func record(_ json: JSON) throws(ImportCodecError) -> Record {
    guard let object = json.objectValue else { throw ImportCodecError(part: "properties") }
    var record = Record()
    for member in object.members {
      switch member.value {
      case .bool(let flag): record[member.key] = .bool(flag)
      case .integer(let number): record[member.key] = .integer(number)
      case .number(let number): record[member.key] = .number(number)
      case .string(let text): record[member.key] = .string(text)
      default: throw ImportCodecError(part: "properties")
      }
    }
    return record
  }
}
