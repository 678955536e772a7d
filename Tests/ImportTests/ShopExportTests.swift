import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// The files of `Exports`, which are laid out as the shops' own exports.
@Suite struct ShopExportTests {
  private struct Read {
    var orders: [(customer: String, order: Order)] = []
    var ended: [String] = []
    var pending: [String] = []
    var summary: ImportSummary
    var notices: [String] = []
    var traits: [(id: String, traits: CustomerTraits)] = []
  }

  private func read(
    _ kind: ImportKind, _ name: String, _ preset: ShopPreset, encoding: TextEncoding = .utf8,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> Read {
    let bench = try ImportBench()
    let text = try Files.readText(FilePath.join(FilePath.directory(of: #filePath), "Exports/" + name))
    var options = ImportOptions(kind: kind)
    options.callingCode = CallingCode("86")
    options.take(preset)
    change(&options)
    let sink = RecordingSink()
    let path = try bench.file(Encoded.bytes(text, encoding))
    let importer = Importer(path: path, options: options, context: ImportBench.context(), sink: sink)
    var notices: [String] = []
    let summary = try await importer.run(begin: { notices = $0.notices })
    var read = Read(summary: summary, notices: notices)
    for event in sink.events {
      switch event.effect {
      case .orderPlaced(let order) where order.placedAt == nil: read.pending.append(order.id)
      case .orderPlaced(let order): read.orders.append((event.customerID, order))
      case .orderCancelled(let id), .orderRefunded(let id, _, _): read.ended.append(id)
      case .identify(let traits): read.traits.append((event.customerID, traits))
      default: break
      }
    }
    // A batch has them in the order of customers.
    read.orders.sort { ($0.order.placedAt ?? .distantPast) > ($1.order.placedAt ?? .distantPast) }
    return read
  }

  private static func line(_ sku: String, _ name: String, _ quantity: Int, _ price: Int64) -> OrderLine {
    OrderLine(sku: sku, name: name, quantity: quantity, price: price)
  }

  @Test func `Shopify's orders: several rows each, only the first filled`() async throws {
    // Who may be written to comes with the customers.
    await #expect(throws: (any Error).self) { try await self.read(.orders, "shopify-orders.csv", .shopify) }
    let read = try await self.read(.orders, "shopify-orders.csv", .shopify) {
      $0.ignored = ["Accepts Marketing"]
    }
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.order.id) == ["#1003", "#1001", "#1000"])
    #expect(read.orders.map(\.customer) == ["ann@tea.example", "cy@tea.example", "dee@tea.example"])
    let first = try #require(read.orders.first?.order)
    #expect(first.placedAt == Instant(iso8601: "2024-11-30T10:05:00+08:00"))
    #expect(first.total.minorUnits == 4200)
    #expect(first.lines == [Self.line("TEA-1", "Green tea", 2, 1250), Self.line("CUP-1", "Cup", 1, 1200)])
    #expect(read.ended == ["#1000"])
    #expect(read.summary.unpaid == 1)
    #expect(
      ImportReport.text(read.summary, file: "f.csv")
        == "f.csv: 4 orders imported, 0 rows rejected.\n1 of them is not paid for yet and counts for nothing until then.\n"
    )
    #expect(read.pending == ["#1002"])
  }

  @Test func `Shopify's customers are named by the address that its orders have`() async throws {
    let read = try await read(.customers, "shopify-customers.csv", .shopify)
    #expect(read.summary.errors.isEmpty)
    #expect(read.summary.omissions.isEmpty)
    #expect(read.traits.map(\.id) == ["ann@tea.example", "bob@tea.example"])
    #expect(read.traits.first?.traits.phone == .some("+8613812345678"))
    #expect(read.traits.first?.traits.tags == ["vip", "tea lover"])
    #expect(read.traits.first?.traits.consent == ["email": .granted, "sms": .withdrawn])
  }

  @Test func `a dry run shows what becomes the id, and that the shop's own id is left out`() async throws {
    let bench = try ImportBench()
    let text = try Files.readText(
      FilePath.join(FilePath.directory(of: #filePath), "Exports/shopify-customers.csv"))
    var options = ImportOptions(kind: .customers)
    options.take(.shopify)
    var notices: [String] = []
    let summary = try await Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: nil
    ).run(begin: { notices = $0.notices })
    let report = ImportReport.text(summary, file: "f.csv").split(separator: "\n")
    #expect(report.contains("column 'Customer ID': not imported"))
    #expect(report.contains("column 'Email' is id, email (text): 'Ann@Tea.example', 'bob@tea.example'"))
    #expect(notices.last == "not imported: 'Customer ID'")
  }

  @Test(arguments: [("phone", "id, phone"), ("Customer ID", "id")])
  func `the id's column may be mapped explicitly`(column: String, field: String) async throws {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .customers)
    if column == "phone" {
      options.idSource = .phone
      options.mappings = [("id", "Customer ID")]
    }
    let summary = try await Importer(
      path: try bench.file("Customer ID,phone\n7,+8613812345678\n"), options: options,
      context: ImportBench.context(), sink: nil
    ).run()
    #expect(summary.columns.first { $0.name == column }?.field == field)
    #expect(summary.columns.first?.field == (column == "phone" ? nil : "id"))
  }

  @Test func `WooCommerce's orders have their lines in cells of their own`() async throws {
    let read = try await read(.orders, "woocommerce-orders.csv", .woocommerce)
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.order.id) == ["503", "501"])
    #expect(read.orders.map(\.customer) == ["other@tea.example", "ann@tea.example"])
    #expect(
      read.orders.last?.order.lines == [
        Self.line("TEA-1", "Green tea", 2, 1250), Self.line("32", "Cup", 1, 1200),
      ])
    #expect(read.summary.unpaid == 1)
  }

  @Test func `Magento's orders have words in their dates and signs in their amounts`() async throws {
    let read = try await read(.orders, "magento-orders.csv", .magento) { $0.currency = Currency("USD") }
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.order.id) == ["000000101", "000000103"])
    #expect(read.orders.map(\.order.total.minorUnits) == [104_200, 1200])
    #expect(read.orders.first?.order.placedAt == Instant(iso8601: "2024-11-30T10:05:00+08:00"))
    #expect(read.ended == ["000000103"])
    #expect(read.summary.unpaid == 1)
  }

  @Test(arguments: [TextEncoding.utf8, .gb18030, .utf16])
  func `有赞's orders are named by telephone, in any encoding`(encoding: TextEncoding) async throws {
    let read = try await read(.orders, "youzan-orders.csv", .youzan, encoding: encoding)
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.customer) == ["+8613812345678", "+8613711112222"])
    #expect(
      read.orders.first?.order.lines == [
        Self.line("TEA-1", "绿茶", 2, 1250), Self.line("CUP-1", "茶杯", 1, 1200),
      ])
    #expect(read.orders.first?.order.total.minorUnits == 4200)
    #expect(read.summary.unpaid == 1)
  }

  @Test(arguments: [TextEncoding.utf8, .gb18030])
  func `微盟's orders as a spreadsheet saves them`(encoding: TextEncoding) async throws {
    let read = try await read(.orders, "weimob-orders.csv", .weimob, encoding: encoding)
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.customer) == ["+8613812345678", "+8613911112222"])
    #expect(read.orders.map(\.order.total.minorUnits) == [2500, 1200])
    #expect(read.ended == ["1000002"])
  }

  @Test(arguments: [TextEncoding.utf8, .gb18030])
  func `淘宝's orders are named by the member's name`(encoding: TextEncoding) async throws {
    let read = try await read(.orders, "taobao-orders.csv", .taobao, encoding: encoding)
    #expect(read.summary.errors.isEmpty)
    #expect(read.orders.map(\.order.id) == ["2400000000000000001", "2400000000000000003"])
    #expect(read.orders.map(\.customer) == ["茶客甲", "茶客丙"])
    #expect(read.orders.first?.order.lines == [])
    #expect(read.ended == ["2400000000000000003"])
    #expect(read.summary.unpaid == 1)
  }

  @Test func `淘宝's file of items has no customers, which is said`() async throws {
    do {
      _ = try await read(.orders, "taobao-items.csv", .taobao)
      Issue.record("imported")
    } catch {
      #expect(
        "\(error)".hasSuffix(
          "line 1: no column for customer_id, which orders need; --preset taobao looks for '买家会员名', '买家昵称', the columns are '订单编号', '标题', '价格', '购买数量', '外部系统编号', '商品属性', '套餐信息', '备注', '订单状态', '商家编码'; name it with --map customer_id=COLUMN"
        ))
    }
  }

  @Test func `what is mapped by hand wins over a preset`() async throws {
    let read = try await read(.orders, "woocommerce-orders.csv", .woocommerce) {
      $0.mappings = [("customer_id", "customer_user"), ("order_id", "order_number")]
      $0.idSource = nil
    }
    // Who has no id is a guest, known by the address.
    #expect(read.orders.map(\.customer) == ["other@tea.example", "ann"])
    var options = ImportOptions(kind: .orders, mappings: [("customer_id", "customer_user")])
    options.take(.woocommerce)
    #expect(options.idSource == nil)
  }

  // MARK: States

  private func order(_ status: String, _ words: [(ImportField, String, String)] = []) async throws -> Read {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .orders)
    options.words = words.map { ($0.0, $0.1, $0.2) }
    let sink = RecordingSink()
    let path = try bench.file("order_id,customer_id,placed_at,total,status\no,c,2024-11-30,1,\"\(status)\"\n")
    let summary = try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: sink
    ).run()
    var read = Read(summary: summary)
    read.ended = sink.events.map(\.event.name.rawValue)
    return read
  }

  @Test(arguments: OrderState.allCases) func `each word of the table is understood, however it is spelled`(
    state: OrderState
  ) async throws {
    for word in state.words {
      for spelled in [
        word, "wc-" + word.replacing(" ", with: "-"), word.uppercased().replacing(" ", with: "_"),
        word.replacing("，", with: ","), word.replacing("，", with: " "), word.replacing("，", with: ""),
      ] {
        let read = try await order(spelled)
        switch state {
        case .placed: #expect(read.ended == ["order_completed"])
        case .cancelled: #expect(read.ended == ["order_completed", "order_cancelled"])
        case .refunded: #expect(read.ended == ["order_completed", "order_refunded"])
        case .unpaid:
          #expect(read.ended == ["order_pending"])
          #expect(read.summary.unpaid == 1)
        }
        #expect(read.summary.errors.isEmpty, "\(spelled)")
      }
    }
  }

  @Test(arguments: [
    ("买家已付款，等待卖家发货", OrderState.placed), ("买家已付款,等待卖家发货", .placed), ("买家已付款 等待卖家发货", .placed),
    ("卖家已发货，等待买家确认收货", .placed), ("卖家已发货,等待买家确认收货", .placed), ("卖家已发货 等待买家确认收货", .placed),
    ("卖家已发货，等待买家确认", .placed), ("卖家部分发货", .placed), ("等待卖家发货,即:买家已付款", .placed),
    ("等待买家确认收货，即：卖家已发货", .placed), ("买家已签收，货到付款专用", .placed), ("拼团中订单或者发货强管控的订单，已付款但禁止发货", .placed),
    ("交易被淘宝关闭", .cancelled), ("没有创建支付宝交易", .unpaid), ("国际信用卡支付付款确认中", .unpaid),
  ])
  func `淘宝's long states are known`(written: String, state: OrderState) async throws {
    let read = try await order(written)
    #expect(read.summary.errors.isEmpty)
    let events: [OrderState: [String]] = [
      .placed: ["order_completed"], .cancelled: ["order_completed", "order_cancelled"],
      .unpaid: ["order_pending"],
    ]
    #expect(read.ended == events[state])
  }

  @Test func `an unknown state is said with the way out, which is taken`() async throws {
    #expect(
      try await order("Picked up").summary.errors.map(\.description) == [
        "line 2: status: 'Picked up' is no known state of an order; say what it means with --value 'status:Picked up=STATE', where STATE is placed, cancelled, refunded or unpaid"
      ])
    #expect(try await order("Picked up", [(.status, "picked up", "placed")]).ended == ["order_completed"])
    #expect(try await order("paid", [(.status, "Paid", "unpaid")]).summary.unpaid == 1)
    // Too long for a word of anybody's, and no other one.
    let long = String(repeating: "held ", count: 20)
    #expect(try await order(long + "back", [(.status, long + "back", "placed")]).ended == ["order_completed"])
    #expect(try await order(long + "on", [(.status, long + "back", "placed")]).ended.isEmpty)
  }

  @Test func `the handbook shows the table of states`() throws {
    let text = try Files.readText(
      FilePath.join(FilePath.directory(of: #filePath), "../../Sources/Handbook/imports.md"))
    for state in OrderState.allCases {
      let row = "| `\(state.rawValue)` | \(state.words.map { "`\($0)`" }.joined(separator: ", ")) |"
      #expect(text.contains(row), "write: \(row)")
    }
  }

  // MARK: Tags

  @Test(arguments: [
    ("a|b, c", ["a", "b, c"]), ("a;b, c", ["a", "b, c"]), ("a, b,c", ["a", "b", "c"]),
    ("茶，杯、壶", ["茶", "杯", "壶"]),
    ("茶；杯", ["茶", "杯"]), ("a", ["a"]), ("|a||", ["a"]),
  ])
  func `tags are split at their strongest separator`(text: String, tags: [String]) async throws {
    let bench = try ImportBench()
    let sink = RecordingSink()
    let path = try bench.file("id\ttags\nc\t\(text)\n")
    _ = try await Importer(
      path: path, options: ImportOptions(kind: .customers), context: ImportBench.context(), sink: sink
    ).run()
    guard case .identify(let traits)? = sink.events.first?.effect else {
      Issue.record("no customer")
      return
    }
    #expect(traits.tags == tags)
  }
}
