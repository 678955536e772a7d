package import Domain

/// A small tea shop with dates around `now`, so that every trigger of the example is busy at once.
///
/// The same `now` gives the same shop. All addresses are under `example`, which never receives mail.
package struct DemoShop: Sendable {
  package var products: [Product] = []
  package var events: [IncomingEvent] = []

  private let now: Instant
  private let currency: Currency
  private var nextOrder = 1001
  private var nextMessage = 1
  private var random: SplitMix64

  /// - Parameters:
  ///   - zones: the customers' zones; customers in daytime at `now` get the messages that should be visible
  ///     at once, since quiet hours would hold them at night.
  ///   - isHeldOut: whether the customer with this id is excluded from the win-back; the demo's recipient
  ///     must not be.
  package init(
    now: Instant, currency: Currency, zones: [TimeZoneRules], isHeldOut: (String) -> Bool = { _ in false }
  ) {
    self.now = now
    self.currency = currency
    random = SplitMix64(state: UInt64(bitPattern: now.milliseconds))
    let awake = zones.filter { (10..<19).contains($0.localDateTime(at: now).hour) }
    let asleep = zones.filter { !(7..<22).contains($0.localDateTime(at: now).hour) }
    stockShelves()
    addStars(day: awake.first ?? .utc, night: asleep.first, isHeldOut)
    addRegulars(zones: awake.isEmpty ? zones : awake)
  }

  /// Zones that together cover the whole day.
  package static let zoneNames = [
    "Asia/Shanghai", "Asia/Kolkata", "Asia/Dubai", "Europe/Berlin", "Europe/London", "America/Sao_Paulo",
    "America/New_York", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Auckland",
    "Australia/Sydney", "Asia/Tokyo",
  ]

  private mutating func stockShelves() {
    let teas: [(String, String, Int64, Double)] = [
      ("longjing-100", "Longjing green tea, 100 g", 12800, 30),
      ("tieguanyin-250", "Tieguanyin oolong, 250 g", 16800, 45),
      ("puer-357", "Ripe pu'er cake, 357 g", 23800, 90),
      ("jasmine-150", "Jasmine pearls, 150 g", 9800, 40),
      ("keemun-200", "Keemun black tea, 200 g", 10800, 40),
      ("white-peony-100", "White peony, 100 g", 13800, 35),
      ("gaiwan", "Porcelain gaiwan", 19800, 0),
    ]
    products = teas.map { sku, name, price, cycle in
      Product(
        sku: sku, name: name, url: "https://tea.example/p/\(sku)", image: "https://tea.example/p/\(sku).jpg",
        price: Money(minorUnits: price, currency: currency), cycleDays: cycle > 0 ? cycle : nil)
    }
  }

  /// One customer for each trigger, and one for each usual reason to hold a message.
  private mutating func addStars(day: TimeZoneRules, night: TimeZoneRules?, _ isHeldOut: (String) -> Bool) {
    identify("ann", "Ann", "Archer", zone: day)
    order("ann", at: now - .minutes(10), [("longjing-100", 1), ("gaiwan", 1)])

    identify("ben", "Ben", "Bauer", zone: day, consent: ["email": .granted])
    fillCart("ben", at: now - .hours(1), [("tieguanyin-250", 1), ("jasmine-150", 2)])

    identify("chen", "Chen", "Min", zone: day)
    order("chen", at: now - .days(55), [("longjing-100", 1)])
    order("chen", at: now - .days(25) - .seconds(30), [("longjing-100", 1)])

    identify("dora", "Dora", "Diaz", zone: day, birthdayIn: 3, consent: ["email": .granted])

    let lost =
      ["Eve", "Ella", "Emma", "Elsa", "Edda", "Elin", "Ebba", "Enya"].first { !isHeldOut($0.lowercased()) }
      ?? "Eve"
    identify(lost.lowercased(), lost, "Evans", zone: day)
    order(lost.lowercased(), at: now - .days(200), [("keemun-200", 2)])
    order(lost.lowercased(), at: now - .days(90) - .seconds(30), [("gaiwan", 1)])

    // Two triggers at once, of which the cap allows one.
    identify("finn", "Finn", "Fischer", zone: day)
    order("finn", at: now - .days(90) - .seconds(45), [("white-peony-100", 1)])
    fillCart("finn", at: now - .hours(1) - .seconds(5), [("keemun-200", 1)])

    // Unsubscribed.
    identify("gina", "Gina", "Greco", zone: day, consent: ["email": .withdrawn])
    order("gina", at: now - .minutes(11), [("jasmine-150", 1)])

    // Returned to the cart and bought: nothing to recover.
    identify("hugo", "Hugo", "Hansen", zone: day)
    fillCart("hugo", at: now - .hours(2), [("puer-357", 1)])
    order("hugo", at: now - .minutes(30), [("puer-357", 1)], cart: "cart-hugo")

    if let night {
      // It is night where she lives.
      identify("iris", "Iris", "Ito", zone: night, consent: ["email": .granted])
      fillCart("iris", at: now - .hours(1) - .seconds(10), [("longjing-100", 2)])
    }
  }

  /// Customers with a past and a future, with nothing due yet.
  private mutating func addRegulars(zones: [TimeZoneRules]) {
    let first = [
      "Li", "Mia", "Noah", "Olga", "Paul", "Qing", "Rosa", "Sven", "Tara", "Umi", "Vera", "Wei", "Xin",
      "Yara", "Zoe",
    ]
    let last = [
      "Adler", "Bai", "Costa", "Dai", "Ek", "Fang", "Gao", "Hall", "Jin", "Kim", "Lopez", "Ma", "Ng", "Ota",
      "Park",
    ]
    for number in 1...150 {
      let id = "c\(1000 + number)"
      let zone = zones[Int(random.next() % UInt64(zones.count))]
      let birthday = Int(random.next() % 330) + 8
      identify(
        id, first[number % first.count], last[(number / 2) % last.count], zone: zone,
        birthdayIn: number % 3 == 0 ? birthday : nil)
      // Always the same tea, from long enough ago that the welcome is over until so recently that nothing is
      // due.
      let tea = products[Int(random.next() % 6)].sku
      var at = now - .days(Int64(1 + random.next() % 12)) - .minutes(Int64(random.next() % 600))
      for _ in 0...(1 + random.next() % 5) {
        order(id, at: at, [(tea, 1 + Int(random.next() % 2))])
        at = at - .days(Int64(20 + random.next() % 40))
      }
    }
  }

  private mutating func identify(
    _ id: String, _ first: String, _ last: String, zone: TimeZoneRules, birthdayIn days: Int? = nil,
    consent: [ChannelName: ConsentState] = [:]
  ) {
    var traits = CustomerTraits()
    traits.email = .some("\(first.lowercased()).\(id)@customer.example")
    traits.phone = .some("+86138\(String(10_000_000 + nextMessage * 37))")
    traits.firstName = .some(first)
    traits.lastName = .some(last)
    traits.timeZone = .some(zone.name)
    traits.joinedAt = .some(now - .days(Int64(400 + random.next() % 300)))
    traits.consent = consent
    if let days {
      let date = zone.civilDate(at: now).adding(days: days)
      traits.birthday = .some(
        GivenBirthday(Birthday(month: date.month, day: date.day, year: 1985 + nextMessage % 20)))
    }
    add(id, .customerIdentified, at: now - .days(399), .identify(traits))
  }

  private mutating func order(_ id: String, at: Instant, _ lines: [(String, Int)], cart: String? = nil) {
    let lines = lines.map { line($0) }
    let total = lines.reduce(0) { $0 + ($1.price ?? 0) * Int64($1.quantity) }
    let order = Order(
      id: "o-\(nextOrder)", placedAt: at, total: Money(minorUnits: total, currency: currency), lines: lines,
      cartID: cart, receivedAt: now)
    nextOrder += 1
    add(id, .orderCompleted, at: at, .orderPlaced(order), ["order_id": .string(order.id)])
  }

  private mutating func fillCart(_ id: String, at: Instant, _ lines: [(String, Int)]) {
    for (offset, item) in lines.enumerated() {
      add(
        id, .productAdded, at: at - .seconds(Int64(lines.count - 1 - offset) * 40),
        .cartChanged(cartID: "cart-\(id)", url: "https://tea.example/cart", change: .add(line(item))),
        ["sku": .string(item.0)])
    }
  }

  private func line(_ item: (sku: String, quantity: Int)) -> OrderLine {
    let product = products.first { $0.sku == item.sku }
    return OrderLine(
      sku: item.sku, name: product?.name, quantity: item.quantity, price: product?.price?.minorUnits ?? 0)
  }

  private mutating func add(
    _ id: String, _ name: EventName, at: Instant, _ effect: EventEffect, _ properties: Record = [:]
  ) {
    let event = Event(
      messageID: "demo-\(nextMessage)", name: name, at: at, receivedAt: now, properties: properties)
    nextMessage += 1
    events.append(IncomingEvent(customerID: id, event: event, effect: effect))
  }
}

/// A small seeded generator: the same shop for the same start.
private struct SplitMix64: Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
