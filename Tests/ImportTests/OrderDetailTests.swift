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

  @Test func `a negative discount that may be two amounts refuses the file with both`() async throws {
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

  @Test func `what cannot be read is left out of the order`() async throws {
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

  @Test func `what is wrong with a discount is told beside what keeps the order out`() async throws {
    let found = try await read(
      "order_id,customer_id,placed_at,total,discount\n1,,2024-11-30,90,much\n")
    #expect(
      found.told == [
        "line 2: customer_id: it is empty, but needed; discount: 'much' is not an amount; write digits with a decimal point, such as 12.50"
      ])
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
