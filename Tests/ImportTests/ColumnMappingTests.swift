import Domain
import Import
import ImportSupport
import Testing

@Suite struct ColumnMappingTests {
  private func mapping(
    _ kind: ImportKind, _ header: [String], _ maps: [(field: String, header: String)] = [],
    ignoresUnknown: Bool = false
  ) throws(ImportMappingError) -> ColumnMapping {
    let options = ImportOptions(kind: kind, mappings: maps, ignoresUnknown: ignoresUnknown)
    return try ColumnMapping(header: header, options, channels: ["email": .email, "sms": .phone])
  }

  @Test func `case, spaces, hyphens and underscores of a header do not count`() throws {
    let mapping = try mapping(.orders, ["Order_ID", "CUSTOMER id", "placed-at", "Order Total", "Colour"])
    #expect(
      mapping.meanings == [
        .field(.orderID), .field(.customerID), .field(.placedAt), .field(.total), .ignored,
      ])
    #expect(mapping.notices == ["not imported: 'Colour'"])
  }

  @Test func `what is mapped by hand wins over what a header says`() throws {
    let mapping = try mapping(
      .customers, ["id", "email", "Zweitmail", "Tarif"],
      [("email", "Zweitmail"), ("attributes.plan", "tarif")])
    #expect(mapping.meanings == [.field(.id), .ignored, .field(.email), .attribute("plan")])
    #expect(mapping.notices == ["not imported: 'email'"])
  }

  @Test func `unknown columns of customers are attributes unless they are to be left out`() throws {
    #expect(
      try mapping(.customers, ["id", "Tier", ""]).meanings == [.field(.id), .attribute("Tier"), .ignored])
    #expect(
      try mapping(.customers, ["id", "Tier"], ignoresUnknown: true).meanings == [.field(.id), .ignored])
  }

  struct BadHeader: Sendable, CustomTestStringConvertible {
    let kind: ImportKind
    let header: [String]
    var maps: [(field: String, header: String)] = []
    let text: String
    var testDescription: String { text }
  }

  static let badHeaders = [
    BadHeader(
      kind: .orders, header: ["order_id", "custmer_id", "date"],
      text:
        "line 1: no column for customer_id, which orders need; the columns are 'order_id', 'custmer_id', 'date'; 'custmer_id' comes near; name it with --map customer_id=COLUMN"
    ),
    BadHeader(
      kind: .customers, header: ["id", "email", "E-Mail"],
      text: "line 1: columns 'email' and 'E-Mail' both mean email; choose one with --map email=COLUMN"),
    BadHeader(
      kind: .customers, header: ["id", "plan", "plan"],
      text: "line 1: columns 'plan' and 'plan' both mean plan; choose one with --map plan=COLUMN"),
    BadHeader(
      kind: .customers, header: ["id", "a"], maps: [("email", "Mial")],
      text: "--map email=Mial: there is no such column; the columns are 'id', 'a'"),
    BadHeader(
      kind: .products, header: ["sku", "a"], maps: [("prise", "a")],
      text:
        "--map prise=...: products have no field 'prise'; did you mean 'price'?; they have sku, name, url, image, price, list_price, cost, currency, cycle_days, category, parent, available, stock, launched_at, tags"
    ),
    BadHeader(
      kind: .customers, header: ["id", "consent.emial"],
      text: "consent.emial: there is no channel 'emial'; reprise.yaml has email, sms; did you mean 'email'?"),
    BadHeader(
      kind: .customers, header: ["id", "x"], maps: [("email", "x"), ("phone", "x")],
      text: "--map: column 'x' is given two meanings; leave one of them out"),
  ]

  @Test(arguments: badHeaders) func `columns that cannot be told apart are an error`(_ bad: BadHeader) {
    #expect(throws: ImportMappingError.self) { try mapping(bad.kind, bad.header, bad.maps) }
    do {
      _ = try mapping(bad.kind, bad.header, bad.maps)
    } catch {
      #expect(error.description == bad.text)
    }
  }
}
