import Domain
import Import
import Platform
import Testing

@testable import reprise

/// The options of `reprise import` that say how cells are read.
struct ImportArgumentsTests {
  private static let spec = CommandLineSpec(
    program: "reprise", summary: "", version: "1", commands: [ImportOptions.command])

  private func options(_ kind: String, _ arguments: [String]) throws -> ImportOptions {
    guard case .run(let found) = try Arguments.parse(["import", kind, "f.csv"] + arguments, Self.spec) else {
      throw UsageError("no run", "test")
    }
    return try ImportOptions(found)
  }

  private func refusal(_ kind: String, _ arguments: [String]) -> String {
    do {
      _ = try options(kind, arguments)
      return "taken"
    } catch {
      return (error as? UsageError)?.problem ?? "\(error)"
    }
  }

  @Test func `forms hold for a field or for all`() throws {
    let found = try options(
      "orders",
      [
        "--date-format", "placed_at=day-first", "--date-format", "%Y=%m=%d", "--decimal", "total=comma",
        "--decimal=point", "--value", "status:Picked: up=placed", "--encoding", "GBK", "--id-from", "phone",
      ])
    #expect(found.dateForms.map(\.field) == [.placedAt, nil])
    #expect(found.dateForms.map(\.form) == [.order(.dayFirst), .format(try DateFormat("%Y=%m=%d"))])
    #expect(found.decimalMarks.map(\.field) == [.total, nil])
    #expect(found.decimalMarks.map(\.mark) == [.comma, .point])
    #expect(found.words.map(\.written) == ["Picked: up"])
    #expect(found.words.map(\.word) == ["placed"])
    #expect(found.encoding == .gb18030)
    #expect(found.idSource == .phone)
  }

  @Test func `a preset says what names a customer, unless that is given`() throws {
    #expect(try options("orders", ["--preset", "shopify"]).idSource == .email)
    #expect(try options("orders", ["--preset", "youzan"]).idSource == .phone)
    #expect(try options("orders", ["--preset", "taobao"]).idSource == nil)
    #expect(try options("products", ["--preset", "shopify"]).idSource == nil)
    #expect(try options("customers", ["--preset", "shopify", "--map", "id=Customer ID"]).idSource == nil)
    #expect(try options("orders", ["--preset", "youzan", "--id-from", "email"]).idSource == .email)
  }

  @Test(arguments: [
    (
      "orders", ["--decimal", "dot"], "--decimal 'dot' must be point or comma, as --decimal total=comma"
    ),
    (
      "orders", ["--value", "paid"], "--value 'paid' must be FIELD:WORD=MEANING with status as FIELD"
    ),
    (
      "customers", ["--value", "status:a=placed"],
      "--value 'status:a=placed' must be FIELD:WORD=MEANING with calendar or leap_month as FIELD"
    ),
    (
      "orders", ["--value", "status:a=sold"],
      "--value 'status:a=sold': status knows placed, cancelled, refunded, unpaid, not 'sold'"
    ),
    ("events", ["--value", "a:b=c"], "--value: events have no field with words"),
    (
      "orders", ["--preset", "shopfy"],
      "--preset 'shopfy' must be one of shopify, woocommerce, magento, youzan, weimob, taobao; did you mean 'shopify'?"
    ),
    (
      "orders", ["--encoding", "klingon"],
      "--encoding 'klingon' must be one of utf-8, utf-16, utf-16le, utf-16be, gb18030, big5, shift-jis, euc-kr, windows-1250, windows-1251, windows-1252, latin-1"
    ),
    ("events", ["--id-from", "email"], "--id-from is for customers and orders only"),
    ("orders", ["--id-from", "name"], "--id-from 'name' must be email or phone"),
  ])
  func `what cannot be meant is refused with the words that can`(
    kind: String, arguments: [String], text: String
  ) {
    #expect(refusal(kind, arguments) == text)
  }

  @Test
  func `the command for the rejected rows keeps the options for reading cells and for finding the store`()
    throws
  {
    func again(_ arguments: [String], file: String = "orders.rejected.csv") throws -> String {
      guard
        case .run(let found) = try Arguments.parse(["import", "orders", "orders.csv"] + arguments, Self.spec)
      else { throw UsageError("no run", "test") }
      let call = ProgramCall(program: "./rp", options: ["--config", "my shop"])
      return ImportCommand.again(found, file: file, call)
    }
    #expect(
      try again([
        "--map", "order_id=Order's No.", "--map=sku=$SKU", "--ignore", "-", "--value",
        "status:Picked up=placed",
        "--encoding", "gbk", "--separator", ";", "--minor-units", "--again", "--json",
      ])
        == #"./rp import orders orders.rejected.csv --map 'order_id=Order'\''s No.' --map 'sku=$SKU' --ignore - --encoding gbk --minor-units --value 'status:Picked up=placed' --separator ';' --config 'my shop'"#
    )
    #expect(
      try again([], file: "-x.rejected.csv") == "./rp import orders ./-x.rejected.csv --config 'my shop'")
  }
}
