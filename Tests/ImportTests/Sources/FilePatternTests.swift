import Import
import Testing

struct FilePatternTests {
  @Test(arguments: [
    ("*.csv", "orders.csv", true), ("*.csv", "ORDERS.CSV", true), ("*.csv", "orders.csv.gz", false),
    ("*.csv", ".csv", true), ("*", "", true), ("", "", true), ("", "a", false),
    ("orders-*-*.csv", "orders-2026-03.csv", true), ("orders-*-*.csv", "orders-2026.csv", false),
    ("a*b*c", "abbbcbc", true), ("a*b*c", "abbb", false), ("订单?.csv", "订单号.csv", true),
    ("订单?.csv", "订单.csv", false), ("a?c", "abbc", false), ("**.csv", "a.csv", true),
    ("[a].csv", "a.csv", false),
  ])
  func `stars match any bytes, question marks one character`(pattern: String, name: String, fits: Bool) {
    #expect(FilePattern(pattern).matches(name) == fits)
  }

  @Test func `a pattern with many stars costs no more than its length times that of the name`() {
    let pattern = FilePattern(String(repeating: "*a", count: 100) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 255)))
  }

  @Test(arguments: [
    (".orders.csv", true), ("orders.csv.tmp", true), ("orders.csv.PART", true), ("orders.csv~", true),
    ("orders.csv.filepart", true), ("orders.rejected.csv", true), ("orders.csv", false), ("part.csv", false),
  ])
  func `files that are still being written are skipped`(name: String, isPassedOver: Bool) {
    #expect(FilePattern.isPassedOver(name) == isPassedOver)
  }
}
