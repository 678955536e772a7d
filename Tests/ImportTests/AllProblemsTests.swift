import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

/// Whoever puts a row right wants to know all that is wrong in it, not one thing after each import.
struct AllProblemsTests {
  /// The lines that the screen shows, which the file of rejected rows has too.
  private func problems(
    _ kind: ImportKind, _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> [String] {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    change(&options)
    let importer = Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(), sink: RecordingSink())
    let summary = try await importer.run()
    let rejected = try bench.text("file.rejected.csv").split(separator: "\r\n").dropFirst()
    let faults = (summary.errors + summary.omissions).sorted { $0.line < $1.line }
    #expect(rejected.count == faults.count)
    for (row, fault) in zip(rejected, faults) {
      #expect(row.hasSuffix("\"\(fault.line)\",\"\(fault.reason.replacing("\"", with: "\"\""))\""), "\(row)")
    }
    return faults.map(\.description)
  }

  @Test func `of a product`() async throws {
    #expect(
      try await problems(
        .products,
        "sku,name,url,price,currency,cycle_days\n,Tea,tea.example/1,much,CNY,-3\nt,Tea,,1,Florins,x\n")
        == [
          "line 2: sku: it is empty, but needed; url: 'tea.example/1' is no web address; it must begin with https:// or http://; price: 'much' is not an amount; write digits with a decimal point, such as 12.50; cycle_days: '-3' is no number above 0",
          "line 3: currency: 'Florins' is no currency; write its three letters, such as CNY; imported without price; cycle_days: 'x' is no number above 0; imported without cycle_days",
        ])
  }

  @Test func `of a customer, what costs the row before what would only be left out`() async throws {
    #expect(
      try await problems(
        .customers,
        "id,email,phone,birthday,time_zone,joined_at,updated_at,consent.email,consent.sms\n,ann,12,never,Mars,soon,later,perhaps,maybe\n,,,,,,,no,\nc,bob,12,,,,,,\n"
      ) == [
        "line 2: id: it is empty, but needed; consent.email: 'perhaps' is not understood; write yes, no, granted or withdrawn; consent.sms: 'maybe' is not understood; write yes, no, granted or withdrawn; updated_at: 'later' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; email: not an email address: it has no @; give one such as ann@example.com; phone: not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86; birthday: 'never' is not a birthday; give YYYY-MM-DD or MM-DD; time_zone: 'Mars' is no time zone; write its IANA name, such as Asia/Shanghai; joined_at: 'soon' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format",
        "line 3: id: it is empty, but needed; it refuses messages, and nobody knows whose refusal it is",
        "line 4: email: not an email address: it has no @; give one such as ann@example.com; imported without email; phone: not a telephone number: it has no country code; write it as +8613812345678, or give --calling-code 86; imported without phone",
      ])
  }

  @Test func `of an event`() async throws {
    #expect(
      try await problems(.events, "customer_id,name,at,message_id\n,,soon,m\nann,order_completed,,m\n") == [
        "line 2: customer_id: it is empty, but needed; name: it is empty, but needed; at: 'soon' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format",
        "line 3: name: 'order_completed' changes orders, carts or customers, which the event alone cannot say; import orders and customers, or send it to the HTTP API; at: it is empty, but needed",
      ])
  }

  @Test func `of an order, in each of its rows`() async throws {
    #expect(
      try await problems(
        .orders,
        """
        order_id,customer_id,placed_at,total,status,sku,quantity,price
        o1,,soon,much,lost,tea,0,cheap
        o1,,,,,tea,none,
        o1,,,,,tea,1,
        o2,ann,2026-03-01,10,placed,tea,1,
        o2,bob,2026-03-02,11,,tea,x,
        ,ann,soon,,,tea,x,

        """) == [
          "line 2: customer_id: it is empty, but needed; placed_at: 'soon' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; total: 'much' is not an amount; write digits with a decimal point, such as 12.50; status: 'lost' is no known state of an order; say what it means with --value 'status:lost=STATE', where STATE is placed, cancelled, refunded or unpaid; quantity: '0' is no whole number from 1 to 1000000; price: 'cheap' is not an amount; write digits with a decimal point, such as 12.50",
          "line 3: quantity: 'none' is no whole number from 1 to 1000000",
          "line 4: not imported because another row of order 'o1', line 2, is wrong",
          "line 5: not imported because another row of order 'o2', line 6, is wrong",
          "line 6: customer_id: the rows of order 'o2' differ here: 'ann' and 'bob'; placed_at: the rows of order 'o2' differ here: '2026-02-28T16:00:00Z' and '2026-03-01T16:00:00Z'; total: the rows of order 'o2' differ here: '10.00 CNY' and '11.00 CNY'; quantity: 'x' is no whole number from 1 to 1000000",
          "line 7: order_id: it is empty, but needed; placed_at: 'soon' is no date; write 2026-03-01 or 2026-03-01T10:00:00+08:00, or give --date-format; quantity: 'x' is no whole number from 1 to 1000000",
        ])
  }
}
