import Domain
import Import
import ImportSupport
import Operations
import Platform
import Store
import Testing

/// What an order says besides its total and lines.
struct OrderDetailTests {
  private func read(
    _ text: String, preset: ShopPreset? = nil
  ) async throws -> (details: [OrderDetails], told: [String]) {
    let bench = try ImportBench()
    var options = ImportOptions(kind: .orders)
    options.callingCode = CallingCode("86")
    if let preset { options.take(preset) }
    let sink = RecordingSink()
    let path = try bench.file(text, "orders.csv")
    let summary = try await Importer(
      path: path, options: options, context: ImportBench.context(), sink: sink
    ).run()
    let details = sink.events.compactMap { event -> OrderDetails? in
      guard case .orderPlaced(let order) = event.effect else { return nil }
      return order.details
    }
    return (details, (summary.errors + summary.omissions).map(\.description))
  }

  @Test func `an order of several rows keeps what its first row says, and the next order begins anew`()
    async throws
  {
    let found = try await read(
      """
      Name,Email,Created at,Total,Discount Code,Discount Amount,Shipping,Location,Lineitem sku,Lineitem quantity
      #1,a@tea.example,2024-11-30 10:05:00 +0800,90.00,"TEA10, WELCOME",10.00,5.00,Shop One,T,1
      #1,a@tea.example,,,,,,,C,1
      #2,b@tea.example,2024-11-30 10:06:00 +0800,20.00,,0.00,,,T,1

      """, preset: .shopify)
    #expect(found.told.isEmpty, "\(found.told)")
    #expect(
      found.details == [
        OrderDetails(discount: 1000, shipping: 500, coupons: ["TEA10", "WELCOME"], store: "Shop One"),
        OrderDetails(),
      ])
  }

  @Test(arguments: ["-10.50", "-¥10.50", "¥-10.50", "\u{2212}10.50", "－10.50元", "10.50"])
  func `a discount may be written as a negative amount`(_ discount: String) async throws {
    let found = try await read(
      "order_id,customer_id,placed_at,total,discount,shipping\n1,ann,2024-11-30,90,\(discount),0\n")
    #expect(found.told.isEmpty, "\(found.told)")
    #expect(found.details == [OrderDetails(discount: 1050, shipping: 0)])
  }

  @Test func `an ambiguous negative discount refuses the file with both readings`() async throws {
    do {
      _ = try await read(
        "order_id,customer_id,placed_at,total,discount\n1,ann,2024-11-30,9000,\"-1,299\"\n")
      Issue.record("taken")
    } catch ImportError.mapping(_, let error) {
      #expect(
        error.description
          == "column 'discount': '-1,299' in line 2 may be -1299 or -1.299, and no row of the column tells which; give --decimal discount=point or --decimal discount=comma"
      )
    }
  }

  @Test func `unreadable details are left out of the order`() async throws {
    let long = String(repeating: "x", count: 101)
    let found = try await read(
      "order_id,customer_id,placed_at,total,discount,shipping,coupons,store\n1,ann,2024-11-30,90,much,free,\(long),\(long)\n"
    )
    #expect(found.details == [OrderDetails()])
    #expect(
      found.told == [
        "line 2: discount: 'much' is not an amount; write digits with a decimal point, such as 12.50; imported without discount; shipping: 'free' is not an amount; write digits with a decimal point, such as 12.50; imported without shipping; coupons: it is longer than 100 bytes; shorten it; imported without coupons; store: it is longer than 100 bytes; shorten it; imported without store"
      ])
  }

  @Test func `the columns of youzan`() async throws {
    let found = try await read(
      "订单号,买家手机号,订单创建时间,订单实付金额,订单优惠金额,运费,归属店铺\nE1,13812345678,2024-11-30 10:05:00,90.00,￥5.00,8,总店\n",
      preset: .youzan)
    #expect(found.told.isEmpty, "\(found.told)")
    #expect(found.details == [OrderDetails(discount: 500, shipping: 800, store: "总店")])
  }

  @Test func `an error in a discount is reported along with those that reject the order`() async throws {
    let found = try await read(
      "order_id,customer_id,placed_at,total,discount\n1,,2024-11-30,90,much\n")
    #expect(
      found.told == [
        "line 2: customer_id: it is empty, but needed; discount: 'much' is not an amount; write digits with a decimal point, such as 12.50"
      ])
  }

  @Test(arguments: [
    ("TEA10", ["TEA10"]),
    ("TEA10, WELCOME;TEA10|x", ["TEA10", "WELCOME", "x"]),
    ("新客、双11，TEA10", ["新客", "双11", "TEA10"]),
    ("Custom discount", ["Custom discount"]),
    ("id:7|code:tea10|amount:5.00;id:8|code:welcome|amount:3.00", ["tea10", "welcome"]),
    ("code:tea10|amount:5.00", ["tea10"]),
    (", ;", []),
  ])
  func `codes in one cell`(_ cell: String, _ codes: [String]) async throws {
    let found = try await read(
      "order_id,customer_id,placed_at,total,coupons\n1,ann,2024-11-30,90,\"\(cell)\"\n")
    #expect(found.told.isEmpty, "\(found.told)")
    #expect(found.details.map(\.coupons) == [codes])
  }

  @Test func `more codes than an order can have are reported`() async throws {
    let codes = (0...20).map { "C\($0)" }.joined(separator: ";")
    let found = try await read(
      "order_id,customer_id,placed_at,total,coupons\n1,ann,2024-11-30,90,\(codes)\n")
    #expect(found.details == [OrderDetails()])
    #expect(
      found.told == [
        "line 2: coupons: it holds more than 20 codes; leave those out that gave nothing; imported without coupons"
      ])
  }

  private static let exports: [(ShopPreset, String, OrderDetails)] = [
    (
      .woocommerce,
      """
      order_id,order_date,status,shipping_total,shipping_tax_total,cart_discount,order_discount,discount_total,order_total,order_currency,customer_email,line_items,coupon_items
      1,2024-11-30 10:05:00,completed,5.00,0.95,0,0,8.00,90.00,EUR,a@tea.example,name:Tea|sku:T|quantity:1|total:93.00,code:tea10|amount:5.00;code:welcome|amount:3.00
      """, OrderDetails(discount: 800, shipping: 500, coupons: ["tea10", "welcome"])
    ),
    (
      .magento,
      """
      ID,Purchase Point,Purchase Date,Grand Total (Purchased),Status,Customer Email,Shipping and Handling,discount_amount,coupon_code
      1,Main Website,"Nov 30, 2024 10:05:00 AM",¥90.00,complete,a@tea.example,¥5.00,-8.0000,tea10
      """, OrderDetails(discount: 800, shipping: 500, coupons: ["tea10"], store: "Main Website")
    ),
    (
      .weimob,
      """
      订单编号,订单状态,下单时间,客户手机号,商品名称,规格编码,售价,购买数量,优惠金额,运费,实付金额,下单门店
      1,已完成,2024/11/30 10:05,13812345678,绿茶,T,93.00元,1,8.00元,5.00元,90.00元,总店
      """, OrderDetails(discount: 800, shipping: 500, store: "总店")
    ),
    (
      .taobao,
      """
      订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,店铺名称
      1,茶客甲,85.00,5.00,90.00,90.00,交易成功,2024/11/30 10:05:00,茶馆
      """, OrderDetails(shipping: 500, store: "茶馆")
    ),
  ]

  @Test(arguments: exports)
  func `the columns of other shops`(
    _ preset: ShopPreset, _ text: String, _ details: OrderDetails
  ) async throws {
    let found = try await read(text + "\n", preset: preset)
    #expect(found.told.isEmpty, "\(found.told)")
    #expect(found.details == [details])
  }

  @Test func `a dry run shows how they are read`() async throws {
    let bench = try ImportBench()
    let path = try bench.file(
      "order_id,customer_id,placed_at,total,Discount Amount,运费,Coupon Code,Affiliation\n1,ann,2024-11-30,90,\"-1,50\",2,TEA10,Shop\n"
    )
    let summary = try await Importer(
      path: path, options: ImportOptions(kind: .orders), context: ImportBench.context(), sink: nil
    ).run()
    #expect(
      summary.columns.suffix(4).map { "\($0.name) -> \($0.field ?? "") (\($0.form))" } == [
        "Discount Amount -> discount (amount, decimal comma)", "运费 -> shipping (amount)",
        "Coupon Code -> coupons (text)", "Affiliation -> store (text)",
      ])
  }
}
