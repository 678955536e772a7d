import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// Whose rows are: ids that are made from addresses and numbers.
struct CustomerIDTests {
  private func read(
    _ kind: ImportKind, _ text: String, _ preset: ShopPreset? = nil,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> (events: [IncomingEvent], told: [String]) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    options.callingCode = CallingCode("86")
    change(&options)
    if let preset { options.take(preset) }
    let sink = RecordingSink()
    let path = try bench.file(text, "file.csv")
    let summary = try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: sink
    ).run()
    return (sink.events, (summary.errors + summary.omissions).map(\.description))
  }

  @Test func `all spellings of an address are one customer, whose mail goes to the address as written`()
    async throws
  {
    let customers = try await read(
      .customers, "email,consent.email\nBob@Shop.Example,no\n"
    ) { $0.idSource = .email }
    #expect(customers.events.map(\.customerID) == ["bob@shop.example"])
    guard case .identify(let traits) = customers.events[0].effect else {
      Issue.record("no customer")
      return
    }
    #expect(traits.email == "Bob@shop.example")
    let orders = try await read(
      .orders, "order_id,email,placed_at,total\n1,BOB@shop.example,2024-11-30,9\n"
    ) { $0.idSource = .email }
    #expect(orders.events.map(\.customerID) == ["bob@shop.example"])
  }

  @Test func `a customer without an email address is identified by the number, as in the shop's webhooks`()
    async throws
  {
    let orders = try await read(
      .orders,
      """
      Name,Email,Phone,Created at,Total,Lineitem sku,Lineitem quantity
      #1,,'+8613711112222,2024-11-30 10:05:00 +0800,9.00,T,1
      #1,,,,,C,1
      #2,Ann@tea.example,'+8613711112223,2024-11-30 10:05:00 +0800,9.00,T,1
      #3,,,2024-11-30 10:05:00 +0800,9.00,T,1

      """, .shopify)
    #expect(orders.events.map(\.customerID).sorted() == ["+8613711112222", "ann@tea.example"])
    #expect(orders.told == ["line 5: Email: it is empty, but needed"])
    let customers = try await read(
      .customers, "Email,Phone\n,'+8613711112222\n", .shopify)
    #expect(customers.events.map(\.customerID) == ["+8613711112222"])
  }

  @Test func `with --id-from phone the number is the id in a preset's orders too`() async throws {
    let orders = try await read(
      .orders,
      "Name,Email,Phone,Created at,Total\n#1,a@tea.example,'+8613711112222,2024-11-30 10:05:00 +0800,9\n",
      .shopify
    ) { $0.idSource = .phone }
    #expect(orders.told.isEmpty, "\(orders.told)")
    #expect(orders.events.map(\.customerID) == ["+8613711112222"])
  }

  @Test func `a spreadsheet's mark for digits that are text is removed everywhere`() async throws {
    let customers = try await read(
      .customers, "id,phone,zip,note\n'0012,'+86 137-1111-2222,'0100,'tis\n")
    #expect(customers.told.isEmpty)
    #expect(customers.events.map(\.customerID) == ["0012"])
    guard case .identify(let traits) = customers.events[0].effect else {
      Issue.record("no customer")
      return
    }
    #expect(traits.phone == "+8613711112222")
    #expect(traits.attributes["zip"] == .string("0100"))
    #expect(traits.attributes["note"] == .string("'tis"))
  }

  @Test func `a masked name is not an id`() async throws {
    let orders = try await read(
      .orders, "订单编号,买家会员名,订单创建时间,总金额\n1,t**猫,2024-11-30 10:05:00,9\n2,t*猫,2024-11-30 10:05:00,9\n", .taobao)
    #expect(orders.events.map(\.customerID) == ["t*猫"])
    #expect(
      orders.told == [
        "line 2: 买家会员名: 't**猫' is masked and may stand for several people; export the file with names in full"
      ])
  }

  @Test func `codes and the mark of downloads, as WooCommerce writes them`() async throws {
    let orders = try await read(
      .orders,
      "order_id,customer_email,order_date,order_total,coupon_items,download_permissions_granted\n1,a@tea.example,2024-11-30 10:05:00,9,code:NEW5|amount:5.00;code:TEA|amount:1.00,1\n",
      .woocommerce)
    #expect(orders.told.isEmpty, "\(orders.told)")
    guard case .orderPlaced(let order)? = orders.events.first?.effect else {
      Issue.record("no order")
      return
    }
    #expect(order.details.coupons == ["NEW5", "TEA"])
  }
}
