import Decisioning
import Domain
import Support
import Templates
import Testing

struct VariableReferenceTests {
  private let tables = VariableReference.markdown()

  @Test func `the handbook has the tables generated from the checker's names`() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
      .joined(separator: "/")
    let handbook = try spawn(["cat", root + "/Sources/Handbook/templates.md"]).text
    #expect(handbook.contains("\n" + tables), "templates.md wants these tables:\n\(tables)")
  }

  @Test(arguments: [
    "| `event` with `order_completed`, `order_cancelled`, `order_refunded` | `order`, `event` |",
    "| `event` with any other name | `event`, `order` |",
    "| `cart_idle` | `cart` |",
    "| `customer.first_name` | text | `Alexandra` |",
    "| `customer.lifetime_value` | money | `128.00` |",
    "| `customer.tags` | list of texts | `vip` |",
    "| `customer.NAME` | the shop's own |  |",
    "| `order.placed_at` | time | `2025-11-26 10:00:00 +0000` |",
    "| `cart.items[0].quantity` | number | `1` |",
    "| `anniversary.years` | number | `36` |",
    "| `unsubscribe_url` | text | `https://hello.tea.example/u/…` |",
  ])
  func `each name is in the tables with its type and an example`(row: String) {
    #expect(tables.contains("\n\(row)\n"), "\(tables)")
  }

  @Test func `every name that the checker accepts for a trigger is in the tables`() {
    for kind in TriggerKinds.all {
      for sample in kind.samples {
        for (root, shape) in sample.kind.conditionSchema().roots {
          guard case .object(let fields) = shape else { continue }
          for field in fields.keys {
            #expect(tables.contains("| `\(root).\(field)` |") || tables.contains("`\(root).\(field).NAME`"))
          }
        }
      }
    }
  }
}
