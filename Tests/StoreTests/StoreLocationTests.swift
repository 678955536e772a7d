import Store
import Testing

struct StoreLocationTests {
  private static let urls: [(url: String, location: StoreLocation, shown: String)] = [
    ("sqlite:///var/lib/reprise.db", .sqlite(path: "/var/lib/reprise.db"), "/var/lib/reprise.db"),
    ("sqlite:var/reprise.db", .sqlite(path: "var/reprise.db"), "var/reprise.db"),
    (
      "postgresql://shop:secret@db/shop?sslmode=require",
      .postgresql(url: "postgresql://shop:secret@db/shop?sslmode=require"), "postgresql://shop@db/shop"
    ),
  ]

  @Test(arguments: urls)
  func `a store is named by a URL`(url: String, location: StoreLocation, shown: String) throws {
    #expect(try StoreLocation(url: url) == location)
    #expect(location.description == shown)
  }

  @Test(arguments: [
    "", "sqlite:", "sqlite://", "sqlite:///", "sqlite://x/y", "mysql://u:secret@h/d", "/x.db",
  ])
  func `what is not a URL of a store is refused`(url: String) throws {
    let error = #expect(throws: StoreError.self) { try StoreLocation(url: url) }
    #expect(error?.exitCode == 78)
    let shown = url == "mysql://u:secret@h/d" ? "mysql://u@h/d" : url
    #expect(
      error?.description
        == "store: '\(shown)' is no store; write sqlite:///path/to/reprise.db or postgresql://user@host/database"
    )
  }
}
