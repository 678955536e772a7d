import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// What ordinary exports of shop systems and spreadsheets hold.
struct OrdinaryExportTests {
  struct Read {
    var events: [IncomingEvent]
    var told: [String]
    var summary: ImportSummary
    var notices: [String]

    var traits: [CustomerTraits] {
      events.compactMap { if case .identify(let traits) = $0.effect { traits } else { nil } }
    }
    var orders: [Order] {
      events.compactMap { if case .orderPlaced(let order) = $0.effect { order } else { nil } }
    }
    var times: [String?] { traits.map { ($0.joinedAt ?? nil)?.iso8601 } }
  }

  static func read(
    _ kind: ImportKind, _ bytes: [UInt8], _ preset: ShopPreset? = nil,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Read {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    options.callingCode = CallingCode("86")
    change(&options)
    if let preset { options.take(preset) }
    let sink = RecordingSink()
    var notices: [String] = []
    let summary = try await Importer(
      path: try bench.file(bytes), options: options, context: ImportBench.context(), sink: sink
    ).run(begin: { notices = $0.notices })
    return Read(
      events: sink.events, told: (summary.errors + summary.omissions).map(\.description), summary: summary,
      notices: notices)
  }

  static func read(
    _ kind: ImportKind, _ text: String, _ preset: ShopPreset? = nil,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Read {
    try await read(kind, Array(text.utf8), preset, change)
  }

  // MARK: Encoding

  @Test(arguments: [TextEncoding.utf16LE, .utf16BE])
  func `UTF-16 without a mark is known although some of its letters end in a zero`(
    encoding: TextEncoding
  ) async throws {
    // 一 is U+4E00 and 开 U+5F00: their low byte is 0, as the high one of all ASCII.
    let found = try await Self.read(
      .customers, Encoded.bytes("会员编号\t姓名\r\n1\t一鸣\r\n2\t开心\r\n", encoding))
    #expect(found.traits.map(\.firstName) == ["一鸣", "开心"])
    let plain = try await Self.read(.customers, Encoded.bytes("id,name\r1,一一\r2,帀\r", encoding))
    #expect(plain.traits.map(\.firstName) == ["一一", "帀"])
  }

  @Test func `UTF-8 with a byte of zero in it is no UTF-16`() async throws {
    let found = try await Self.read(.customers, Array("id,name\n1,AB\u{0}\n2,Boo\n".utf8))
    #expect(found.traits.count + found.told.count == 2)
  }

  // MARK: Where it was

  @Test func `the place of a file is kept as it is found from anywhere`() async throws {
    let bench = try ImportBench()
    let path = try bench.file("id\n1\n")
    let sink = RecordingSink()
    _ = try await Importer(
      path: FilePath.join(FilePath.directory(of: path), "./file.csv"),
      options: ImportOptions(kind: .customers), context: ImportBench.context(), sink: sink
    ).run()
    #expect(sink.batches.map(\.progress.path) == [Files.resolved(path)])
  }

  // MARK: Names

  static let names: [(name: String, first: String, last: String?)] = [
    ("王 小明", "小明", "王"), ("欧阳　娜娜", "娜娜", "欧阳"), ("王小明", "王小明", nil), ("山田 タロウ", "タロウ", "山田"),
    ("김 민수", "민수", "김"), ("Ann Mary Lee", "Ann Mary", "Lee"), ("王 Ming", "王", "Ming"),
    ("阿依古丽·买买提", "阿依古丽·买买提", nil),
  ]

  @Test(arguments: names) func `the family's name stands first where all of a name is written so`(
    name: String, first: String, last: String?
  ) async throws {
    let found = try await Self.read(.customers, "id,收货人姓名\n1,\(name)\n") {
      $0.mappings = [("full_name", "收货人姓名")]
    }
    #expect(found.traits.map(\.firstName) == [first])
    #expect(found.traits.map { $0.lastName ?? nil } == [last])
    let spelled = try await Self.read(.customers, "id,姓名\n1,\(name)\n")
    #expect(spelled.traits == found.traits)
  }

  // MARK: Amounts in errors

  @Test func `totals that differ are told as amounts`() async throws {
    let head = "order_id,customer_id,placed_at,total,currency,sku\n"
    let found = try await Self.read(
      .orders,
      head + "o,c,2024-11-30,1299.50,EUR,a\no,,,1299.00,EUR,b\np,c,2024-11-30,500,JPY,a\np,,,600,,b\n")
    #expect(
      found.told == [
        "line 2: not imported because another row of order 'o', line 3, is wrong",
        "line 3: total: the rows of order 'o' differ here: '1299.50 EUR' and '1299.00 EUR'",
        "line 4: not imported because another row of order 'p', line 5, is wrong",
        "line 5: total: the rows of order 'p' differ here: '500 JPY' and '600 JPY'",
      ])
  }

  @Test func `a line that costs too much is told as the file has it`() async throws {
    let found = try await Self.read(
      .orders, "order_id,customer_id,placed_at,sku,price,quantity\no,c,2024-11-30,a,99999999.50,1000000\n")
    #expect(
      found.told == [
        "line 2: price: '1000000 x 99999999.50 CNY' is more than \(DecimalAmount.maximum) minor units; is it in the right currency?"
      ])
  }

  // MARK: Times in UTC

  @Test(arguments: [
    "date_created_gmt", "Created at (UTC)", "created_at_utc", "Created at (GMT)", "created at UTC",
  ])
  func `a column that says so holds times in UTC`(header: String) async throws {
    let found = try await Self.read(.customers, "id,\(header)\n1,2024-05-01 02:00:00\n") {
      $0.mappings = [("joined_at", header)]
    }
    #expect(found.times == ["2024-05-01T02:00:00Z"])
  }

  @Test func `of two columns with one time, the one in UTC is read and the other left out`() async throws {
    let text =
      "ID,user_email,date_registered,date_registered_gmt\n7,a@x.example,2024-05-01 10:00:00,2024-05-01 02:30:00\n"
    let found = try await Self.read(.customers, text, .woocommerce)
    #expect(found.times == ["2024-05-01T02:30:00Z"])
    #expect(found.notices.last == "not imported: 'date_registered', 'ID'")
    let orders = try await Self.read(
      .orders,
      "order_id,customer_email,date_created,date_created_gmt,order_total\n7,a@x.example,2024-05-01 10:00:00,2024-05-01 02:30:00,9\n",
      .woocommerce)
    #expect(orders.orders.map { $0.placedAt?.iso8601 } == ["2024-05-01T02:30:00Z"])
    let plain = try await Self.read(
      .orders,
      "order_id,customer_id,created_at,created_at_gmt\n7,a,2024-05-01 10:00:00,2024-05-01 02:30:00\n"
        .replacing("gmt\n", with: "gmt,total\n").replacing(":00\n", with: ":00,9\n"))
    #expect(plain.orders.map { $0.placedAt?.iso8601 } == ["2024-05-01T02:30:00Z"])
  }

  @Test func `WooCommerce's date_registered is in the shop's zone, WordPress's user_registered in UTC`()
    async throws
  {
    let local = try await Self.read(
      .customers, "user_email,date_registered\na@x.example,2024-05-01 10:00:00\n", .woocommerce)
    #expect(local.times == ["2024-05-01T02:00:00Z"])
    let utc = try await Self.read(
      .customers, "user_email,user_registered\na@x.example,2024-05-01 10:00:00\n", .woocommerce)
    #expect(utc.times == ["2024-05-01T10:00:00Z"])
  }

  @Test func `a dry run says which column is in UTC`() async throws {
    let bench = try ImportBench()
    let summary = try await Importer(
      path: try bench.file("id,joined_gmt\n1,2024-05-01 02:00:00\n"),
      options: ImportOptions(kind: .customers),
      context: ImportBench.context(), sink: nil
    ).run()
    #expect(
      ImportReport.text(summary, file: "f.csv").split(separator: "\n").last
        == "column 'joined_gmt' is joined_at (date, UTC): '2024-05-01 02:00:00'")
  }

  // MARK: Ids of WooCommerce

  private static let users =
    "ID,customer_id,user_login,user_email\n7,42,ann,Ann@x.example\n0,0,,guest@x.example\n"

  @Test func `WooCommerce's customers are named as its orders and webhooks name them`() async throws {
    let found = try await Self.read(.customers, Self.users, .woocommerce)
    #expect(found.events.map(\.customerID) == ["ann@x.example", "guest@x.example"])
  }

  @Test func `two columns of ids are told with the way to the one that orders have`() async throws {
    await #expect(
      throws: ImportError.mapping(
        path: "", .sameMeaning(meaning: "id", headers: ["ID", "customer_id"]))
    ) {
      do {
        _ = try await Self.read(.customers, Self.users)
      } catch {
        guard case ImportError.mapping(_, let problem) = error else { throw error }
        #expect(
          problem.description
            == "line 1: columns 'ID' and 'customer_id' both mean id; choose the one that other files and webhooks have too with --map id=COLUMN; for the export of a shop system --preset knows it (shopify, woocommerce, magento, youzan, weimob, taobao)"
        )
        throw ImportError.mapping(path: "", problem)
      }
    }
  }

  @Test func `an id chosen beside a preset is told to be another than that of orders`() async throws {
    let found = try await Self.read(.customers, Self.users, .woocommerce) { $0.mappings = [("id", "ID")] }
    // Number 0 is WooCommerce's for all guests.
    #expect(found.events.map(\.customerID) == ["7", "guest@x.example"])
    #expect(
      found.notices.contains(
        "'ID' is the id, as told; orders with --preset woocommerce, and webhooks, name customers by email, so theirs would be other people: leave --map id out to name them alike"
      ))
    let orders = try await Self.read(
      .orders,
      "order_id,customer_id,customer_email,order_date,order_total\n1,7,ann@x.example,2024-11-30,9\n2,0,Guest@x.example,2024-11-30,9\n",
      .woocommerce
    ) { $0.mappings = [("customer_id", "customer_id")] }
    #expect(orders.events.map(\.customerID).sorted() == ["7", "guest@x.example"])
  }

  // MARK: States

  static let states: [(word: String, state: OrderState)] = [
    ("待评价", .placed), ("买家已付款，等待卖家发货", .placed), ("卖家已发货，等待买家确认", .placed), ("等待买家付款", .unpaid),
    ("交易成功", .placed), ("交易关闭", .cancelled), ("待发货", .placed), ("待收货", .placed), ("已完成", .placed),
    ("已关闭", .cancelled), ("退款中", .placed), ("已退款", .refunded), ("holded", .unpaid),
    ("payment_review", .unpaid), ("fraud", .unpaid), ("complete", .placed), ("closed", .refunded),
    ("wc-on-hold", .unpaid), ("wc-failed", .unpaid), ("wc-checkout-draft", .unpaid), ("wc-trash", .cancelled),
    ("Suspected Fraud", .unpaid), ("待自提", .placed), ("待核销", .placed), ("已核销", .placed), ("维权中", .placed),
    ("退款完成", .refunded), ("已发货，待签收", .placed), ("未发货，退款成功", .refunded), ("Paid", .placed),
    ("partially_paid", .placed), ("pending_paypal", .unpaid), ("paypal_reversed", .refunded),
    ("paypal_canceled_reversal", .placed), ("auto-draft", .unpaid), ("拼团失败", .cancelled), ("已评价", .placed),
    ("wc-completed", .placed), ("待接单", .placed), ("已接单", .placed), ("等待出库", .placed), ("等待收货", .placed),
  ]

  @Test(arguments: states) func `a state of a shop system is known`(word: String, state: OrderState) {
    #expect(OrderState(written: word) == state)
  }
}
