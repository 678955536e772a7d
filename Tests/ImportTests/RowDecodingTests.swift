import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

@Suite struct RowDecodingTests {
  private func run(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (summary: ImportSummary, sink: RecordingSink) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: sink)
    return (try await importer.run(), sink)
  }

  private func fields(_ event: IncomingEvent?) -> CustomerTraits? {
    guard case .identify(let traits)? = event?.effect else { return nil }
    return traits
  }

  private func placed(_ event: IncomingEvent?) -> Order? {
    guard case .orderPlaced(let order)? = event?.effect else { return nil }
    return order
  }

  @Test func `a customer's known columns become fields, the others attributes`() async throws {
    let (summary, sink) = try await run(
      .customers,
      """
      id,E-Mail,phone,First Name,last_name,birthday,time zone,joined_at,consent.email,consent_sms,tags,points,code,vip
      c1, Ann@Shop.Example ,+86 138 1234 5678,Ann,Lee,1990-02-28,Europe/Berlin,2020-05-01,yes,no,tea| gold |tea,42,007,true

      """)
    #expect(summary.progress.imported == 1)
    #expect(summary.errors.isEmpty)
    let event = try #require(sink.events.first)
    #expect(event.customerID == "c1")
    #expect(event.event.at == ImportBench.now)
    let traits = try #require(fields(event))
    #expect(traits.email == .some("Ann@shop.example"))
    #expect(traits.phone == .some("+8613812345678"))
    #expect(traits.firstName == .some("Ann"))
    #expect(traits.lastName == .some("Lee"))
    #expect(traits.birthday == .some(GivenBirthday(.date(month: 2, day: 28, year: 1990))))
    #expect(traits.timeZone == .some("Europe/Berlin"))
    #expect(traits.joinedAt == .some(Instant(iso8601: "2020-05-01T00:00:00+08:00")))
    #expect(traits.consent == ["email": .granted, "sms": .withdrawn])
    #expect(traits.tags == ["tea", "gold", "tea"])
    #expect(traits.attributes == ["points": .integer(42), "code": .string("007"), "vip": .bool(true)])
  }

  @Test func `an empty cell leaves the field alone`() async throws {
    let (_, sink) = try await run(.customers, "id,email,tags,plan\nc1,,,\n")
    #expect(fields(sink.events.first) == CustomerTraits())
  }

  @Test func `Chinese headers, a semicolon, a byte order mark and CR LF are read`() async throws {
    let (summary, sink) = try await run(
      .customers,
      "\u{FEFF}会员编号;姓名;手机;生日;历法;闰月\r\n9;王小明;13812345678;08-15;农历;是\r\n"
    ) { $0.callingCode = CallingCode("86") }
    #expect(summary.errors.isEmpty)
    let traits = try #require(fields(sink.events.first))
    #expect(traits.firstName == .some("王小明"))
    #expect(traits.lastName == nil)
    #expect(traits.phone == .some("+8613812345678"))
    #expect(
      traits.birthday
        == .some(GivenBirthday(.date(month: 8, day: 15, year: nil), calendar: .lunar, isLeapMonth: true)))
  }

  @Test func `a moment is a birthday in files too`() async throws {
    let (summary, sink) = try await run(
      .customers, "id,birthday,birthday calendar\nc1,1990-03-27T23:00:00.000Z,\nc2,1990-03-27,mayan\n")
    #expect(summary.progress.imported == 2)
    #expect(fields(sink.events.last) == CustomerTraits())
    #expect(
      fields(sink.events.first)?.birthday
        == .some(GivenBirthday(.instant(Instant(iso8601: "1990-03-27T23:00:00Z") ?? .distantPast))))
  }

  @Test func `rows of one order become its lines, and what the first says holds for all`() async throws {
    let (summary, sink) = try await run(
      .orders,
      """
      订单号\t客户ID\t下单时间\t金额\t商品编码\t商品\t数量\t单价\t状态
      o1\tc1\t2026-03-01 10:00\t30.50\ttea\tGreen tea\t2\t10.25\t
      o1\t\t\t\tcup\t"Cup, blue"\t1\t10\t
      o2\tc2\t2026-03-02T10:00:00Z\t5\t\t\t\t\t已取消

      """)
    #expect(summary.errors.isEmpty)
    #expect(summary.progress.imported == 2)
    let first = try #require(placed(sink.events.first))
    #expect(first.placedAt == Instant(iso8601: "2026-03-01T10:00:00+08:00"))
    #expect(first.total == Money(minorUnits: 3050, currency: try #require(Currency("CNY"))))
    #expect(
      first.lines == [
        OrderLine(sku: "tea", name: "Green tea", quantity: 2, price: 1025),
        OrderLine(sku: "cup", name: "Cup, blue", quantity: 1, price: 1000),
      ])
    #expect(sink.events.map(\.event.name) == [.orderCompleted, .orderCompleted, .orderCancelled])
    #expect(sink.events.last?.effect == .orderCancelled(orderID: "o2"))
  }

  @Test func `a total that is not given is what the lines come to`() async throws {
    let (_, sink) = try await run(
      .orders,
      "order_id,customer_id,placed_at,sku,quantity,price\no1,c1,2026-03-01,a,3,250\no1,c1,2026-03-01,b,1,5\n"
    ) { $0.usesMinorUnits = true }
    #expect(placed(sink.events.first)?.total.minorUnits == 755)
  }

  @Test func `one wrong row of an order keeps all of it out`() async throws {
    let (summary, sink) = try await run(
      .orders,
      """
      order_id,customer_id,placed_at,total,sku,quantity
      o1,c1,2026-03-01,10,a,1
      o1,c1,2026-03-01,10,b,many
      o1,c1,2026-03-01,10,c,1
      o2,c1,2026-03-01,10,a,1
      o3,c1,2026-03-01,10,a,1
      o3,c2,2026-03-01,10,b,1

      """)
    #expect(sink.events.map(\.event.messageID) == ["o2"])
    #expect(
      summary.errors.map(\.description) == [
        "line 2: not imported because another row of order 'o1', line 3, is wrong",
        "line 3: quantity: 'many' is no whole number from 1 to 1000000",
        "line 4: not imported because another row of order 'o1', line 3, is wrong",
        "line 6: not imported because another row of order 'o3', line 7, is wrong",
        "line 7: customer_id: the rows of order 'o3' differ here: 'c1' and 'c2'",
      ])
  }

  @Test func `a row that cannot be read within an order keeps all of it out, between orders only itself`()
    async throws
  {
    let (summary, sink) = try await run(
      .orders,
      "order_id,customer_id,placed_at,total,sku\no1,c,2026-03-01,1,a\no1,\"c\"x,2026-03-01,1,b\no1,c,2026-03-01,1,c\n"
        + "o2,c,2026-03-01,1,a\no3,\"c\"x,2026-03-01,1,b\no4,c,2026-03-01,1,a\n")
    #expect(sink.events.map(\.event.messageID) == ["o2", "o4"])
    #expect(
      summary.errors.map(\.description) == [
        "line 2: not imported because line 3, between the rows of order 'o1', cannot be read",
        "line 4: not imported because line 3, between the rows of order 'o1', cannot be read",
        "line 3: text follows a closing quote; put the whole field in quotes and double those inside it",
        "line 6: text follows a closing quote; put the whole field in quotes and double those inside it",
      ])
  }

  @Test func `events carry unknown columns as properties and a message id made of the row`() async throws {
    let text = "customer_id,event,time,score,note\nc1,Quiz Finished,2026-03-01T10:00:00Z,9.5,good\n"
    let (_, sink) = try await run(.events, text)
    let (_, again) = try await run(.events, text)
    let event = try #require(sink.events.first).event
    #expect(event.name == "quiz_finished")
    #expect(event.properties == ["score": .number(9.5), "note": .string("good")])
    #expect(event.messageID.hasPrefix("csv-") && event.messageID.utf8.count == 36)
    #expect(again.events.first?.event.messageID == event.messageID)
  }

  @Test func `events have names in any script, compared by their bytes`() async throws {
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    let (summary, sink) = try await run(
      .events,
      "客户编号,事件,时间\nc1,下单成功,2026/03/01 10:00\nc1,下单 成功,2026/03/01 10:00\nc1,\(composed),2026/03/01\nc1,\(decomposed),2026/03/01\n"
    )
    #expect(summary.errors.isEmpty)
    #expect(
      sink.events.map { Array($0.event.name.rawValue.utf8) }
        == ["下单成功", "下单_成功", composed, decomposed].map { Array($0.utf8) })
  }

  @Test func `a consent event tells the customer's own word`() async throws {
    let (summary, sink) = try await run(
      .events,
      "customer_id,name,at,channel\nc1,consent_withdrawn,2026-03-01,sms\nc1,consent_granted,2026-03-02,fax\n")
    #expect(sink.events.map(\.effect) == [.consent("sms", .withdrawn)])
    #expect(
      summary.errors.map(\.description) == [
        "line 3: channel: it names no channel of the shop; write email or sms"
      ])
  }

  @Test func `products are read with their cycle`() async throws {
    let (_, sink) = try await run(
      .products,
      "sku,name,url,price,currency,cycle_days\ntea,Tea,https://shop.example/tea,12.5,JPY,\ncup,,,,,30.5\n"
    ) { _ in }
    #expect(
      sink.products == [
        Product(
          sku: "tea", name: "Tea", url: "https://shop.example/tea",
          price: Money(minorUnits: 13, currency: try #require(Currency("JPY")))),
        Product(sku: "cup", cycleDays: 30.5),
      ])
  }

  @Test func `a product has all of its columns`() async throws {
    let (summary, sink) = try await run(
      .products,
      """
      sku,price,list_price,cost,currency,category,parent,available,stock,launched_at,tags
      tea-50,12.80,15,4.5,CNY,green,tea,yes,-2,2026-01-05,new|spring
      cup,,20.00,,EUR,,,否,3.0,,
      pot,,,,,,,,,,

      """)
    #expect(summary.omissions.isEmpty)
    func money(_ units: Int64, _ code: String) -> Money {
      Money(minorUnits: units, currency: Currency(code) ?? .unknown)
    }
    #expect(
      sink.products == [
        Product(
          sku: "tea-50", price: money(1280, "CNY"), listPrice: money(1500, "CNY"), cost: money(450, "CNY"),
          category: "green", parent: "tea", isAvailable: true, stock: -2,
          launchedAt: Instant(iso8601: "2026-01-05T00:00:00+08:00"), tags: ["new", "spring"]),
        Product(sku: "cup", listPrice: money(2000, "EUR"), isAvailable: false, stock: 3),
        Product(sku: "pot"),
      ])
  }

  struct BadRow: Sendable, CustomTestStringConvertible {
    let kind: ImportKind
    let text: String
    let reason: String
    var testDescription: String { reason }
  }

  static let badFields: [BadRow] = [
    BadRow(
      kind: .customers, text: "id,phone\nc,13812345678\n",
      reason:
        "line 2: phone: not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86; imported without phone"
    ),
    BadRow(
      kind: .customers, text: "id,birthday\nc,1990-02-30\n",
      reason:
        "line 2: birthday: '1990-02-30' is not a birthday: there is no such day; give YYYY-MM-DD or MM-DD; imported without birthday"
    ),
    BadRow(
      kind: .customers, text: "id,birthday,leap_month\nc,1990-02-03,yes\n",
      reason: "line 2: birthday: a leap month needs the calendar lunar; imported without birthday"),
    BadRow(
      kind: .customers, text: "id,calendar,birthday\nc,mayan,02-03\n",
      reason:
        "line 2: calendar: 'mayan' is not understood; write gregorian or lunar; imported without birthday"),
    BadRow(
      kind: .customers, text: "id,time_zone\nc,Europe/Berln\n",
      reason:
        "line 2: time_zone: 'Europe/Berln' is no time zone; write its IANA name, such as Asia/Shanghai; imported without time_zone"
    ),
    BadRow(
      kind: .customers, text: "id,first_name\nc,\"a\nb\"\n",
      reason:
        "line 2: first_name: it holds a line break or another control character; remove it; imported without first_name"
    ),
    BadRow(
      kind: .customers, text: "id,joined_at\nc,2062-03-01\n",
      reason:
        "line 2: joined_at: '2062-03-01' lies in the future; check the date, or the --date-format; imported without joined_at"
    ),
  ]

  @Test(arguments: badFields) func `a bad field of a customer costs this field alone`(
    _ row: BadRow
  ) async throws {
    let (summary, sink) = try await run(row.kind, row.text)
    #expect(summary.omissions.map(\.description) == [row.reason])
    #expect(summary.progress.imported == 1 && summary.progress.rejected == 0)
    #expect(sink.events.map { fields($0) } == [CustomerTraits()])
  }

  static let badProductFields: [BadRow] = [
    BadRow(
      kind: .products, text: "sku,price,currency\na,1,XXQ\n",
      reason:
        "line 2: currency: 'XXQ' is no currency; write its three letters, such as CNY; imported without price"
    ),
    BadRow(
      kind: .products, text: "sku,price,currency\na,1,Euro\n",
      reason:
        "line 2: currency: 'Euro' is no currency; write its three letters, such as CNY; did you mean 'EUR'?; imported without price"
    ),
    BadRow(
      kind: .products, text: "sku,url\na,javascript:alert(1)\n",
      reason:
        "line 2: url: 'javascript:alert(1)' is no web address; it must begin with https:// or http://; imported without url"
    ),
    BadRow(
      kind: .products, text: "sku,cycle_days\na,0\n",
      reason: "line 2: cycle_days: '0' is no number above 0; imported without cycle_days"),
    BadRow(
      kind: .products, text: "sku,stock\na,many\n",
      reason: "line 2: stock: 'many' is no whole number; imported without stock"),
    BadRow(
      kind: .products, text: "sku,available\na,soon\n",
      reason: "line 2: available: 'soon' is not understood; write true or false; imported without available"),
  ]

  @Test(arguments: badProductFields) func `a bad field of a product costs this field alone`(
    _ row: BadRow
  ) async throws {
    let (summary, sink) = try await run(row.kind, row.text)
    #expect(summary.omissions.map(\.description) == [row.reason])
    #expect(sink.products == [Product(sku: "a")])
  }

  @Test func `a bad field that an order can do without costs this field alone`() async throws {
    let cart = String(repeating: "x", count: 256)
    let (summary, sink) = try await run(
      .orders,
      "order_id,customer_id,placed_at,total,cart_id,sku,price\no1,c1,2026-03-01,5,\(cart),tea,five\n")
    #expect(
      summary.omissions.map(\.description) == [
        "line 2: cart_id: it is longer than 255 bytes; shorten it; imported without cart_id; price: 'five' is not an amount; write digits with a decimal point, such as 12.50; imported without price"
      ])
    let order = try #require(placed(sink.events.first))
    #expect(order.cartID == nil)
    #expect(order.lines == [OrderLine(sku: "tea", name: nil, quantity: 1, price: nil)])
  }

  static let header = "order_id,customer_id,placed_at,total\n"
  static let badRows: [BadRow] = [
    BadRow(
      kind: .customers, text: "id,consent.email\nc,perhaps\n",
      reason: "line 2: consent.email: 'perhaps' is not understood; write yes, no, granted or withdrawn"),
    BadRow(kind: .customers, text: "id,plan\n,x\n", reason: "line 2: id: it is empty, but needed"),
    BadRow(
      kind: .customers, text: "id,plan\n\"a\nb\",x\n",
      reason: "line 2: id: it holds a line break or another control character; remove it"),
    BadRow(
      kind: .customers, text: "id,plan\n\(String(repeating: "x", count: 256)),x\n",
      reason: "line 2: id: it is longer than 255 bytes; shorten it"),
    BadRow(
      kind: .customers, text: "id,plan\na,b,c\n",
      reason: "line 2: the row has 3 columns, the header 2; put text that holds the separator in quotes"),
    BadRow(
      kind: .customers, text: "id,plan\na\n",
      reason: "line 2: the row has 1 columns, the header 2; put text that holds the separator in quotes"),
    BadRow(
      kind: .orders, text: header + "o,c,2026-03-01,\"12,5x\"\n",
      reason: "line 2: total: '12,5x' is not an amount; write digits with a decimal point, such as 12.50"),
    BadRow(
      kind: .orders, text: header + "o,c,2026-03-01,-1\n",
      reason: "line 2: total: '-1' is below zero; amounts are 0 or more"),
    BadRow(
      kind: .orders, text: header + "o,c,2026-03-01,\n", reason: "line 2: total: it is empty, but needed"),
    BadRow(
      kind: .events, text: "customer_id,name,at\nc,Order Completed,2026-03-01\n",
      reason:
        "line 2: name: 'order_completed' changes orders, carts or customers, which the event alone cannot say; import orders and customers, or send it to the HTTP API"
    ),
    BadRow(
      kind: .orders, text: "order_id,customer_id,placed_at,total,status\no,c,2026-03-01,1,It's gone\n",
      reason:
        "line 2: status: 'It's gone' is no known state of an order; say what it means with --value 'status:It'\\''s gone=STATE', where STATE is placed, cancelled, refunded or unpaid"
    ),
    BadRow(
      kind: .orders, text: header + "o,c,2026-03-01,€5\n",
      reason: "line 2: total: '€5' is no amount in CNY; name the currency in a column, or with --currency"),
  ]

  @Test(arguments: badRows) func `a bad row is rejected with line, column and way out`(
    _ row: BadRow
  ) async throws {
    let (summary, sink) = try await run(row.kind, row.text)
    #expect(summary.errors.first?.description == row.reason)
    #expect(summary.progress.rejected >= 1)
    #expect(!sink.events.contains { $0.customerID == "c" })
  }
}
