import Domain
import Platform
import Store
import Testing

/// Whether every table says how its rows belong to customers.
struct PersonalDataTests {
  @Test func `every table is declared once`() {
    #expect(Schema.personalData.map(\.table).sorted() == Schema.tables.sorted())
  }

  @Test(arguments: StoreKind.allCases)
  func `a table that names a customer says how`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      for data in Schema.personalData {
        let columns = Set(texts: try Self.columns(of: data.table, tx))
        switch data.belonging {
        case .customer: #expect(data.table == "customers")
        case .number, .keptNumber, .shopID: #expect(columns.contains("customer"), "\(data.table)")
        case .row(let parent, let column):
          #expect(columns.contains(ExactText(column)) && !columns.contains("customer"), "\(data.table)")
          #expect(Self.place(of: parent).map { $0 < Self.place(of: data.table) ?? 0 } == true)
        case .address, .nobody:
          for naming in ["customer", "message", "enrollment"] {
            #expect(!columns.contains(ExactText(naming)), "\(data.table).\(naming)")
          }
        }
        if case .nobody = data.belonging { #expect(!columns.contains("address"), "\(data.table)") }
      }
    }
  }

  /// Orders have ids of their own, and the joined enrollments are written by their keys.
  private static let distinct: Set<ExactText> = ["orders", "enrollments"]

  @Test func `rows of which a customer has one of a kind say what becomes of them when two are one`()
    async throws
  {
    try await StoreKind.sqlite.transact { tx, _ in
      for data in Schema.personalData {
        guard case .number = data.belonging, case .moves = data.joining else { continue }
        let unique = try tx.connection.all(
          SQLText(
            "SELECT i.name FROM pragma_index_list('\(data.table)') i JOIN pragma_index_info(i.name) c WHERE i.\"unique\" = 1 AND c.name = 'customer'"
          )
        ) { $0.string(0) }
        let key = try tx.connection.integer(
          SQLText(
            "SELECT count(*) FROM pragma_table_info('\(data.table)') WHERE name = 'customer' AND pk > 0"))
        #expect(unique.isEmpty && key == 0 || Self.distinct.contains(ExactText(data.table)), "\(data.table)")
      }
    }
  }

  @Test func `what belongs to a customer is handed out, in a section of its own or within another`() {
    let sections = Schema.personalData.compactMap { data -> ExactText? in
      if case .section(let name, _, _) = data.export { ExactText(name) } else { nil }
    }
    #expect(Set(sections).count == sections.count)
    for data in Schema.personalData {
      switch (data.belonging, data.export) {
      case (.address, .nothing), (.nobody, .nothing), (.keptNumber, .nothing): break
      case (.address, _), (.nobody, _), (.keptNumber, _): Issue.record("nobody can ask for \(data.table)")
      case (_, .section): break
      case (_, .within(let name)): #expect(sections.contains(ExactText(name)), "\(data.table)")
      case (_, .nothing): Issue.record("\(data.table) is not handed out")
      }
    }
  }

  private static func place(of table: String) -> Int? {
    Schema.personalData.firstIndex { $0.table == table }
  }

  private static func columns(of table: String, _ tx: Transaction) throws -> [String] {
    switch tx.connection.dialect {
    case .sqlite:
      try tx.connection.all(SQLText("SELECT name FROM pragma_table_info('\(table)')")) { $0.string(0) }
    case .postgresql:
      try tx.connection.all(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?1",
        [.text(table)]
      ) { $0.string(0) }
    }
  }
}
