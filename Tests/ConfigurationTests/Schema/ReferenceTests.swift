import Configuration
import Platform
import Testing

struct ReferenceTests {
  private let page = ConfigurationReference.markdown(ShopDirectory.adapters, sources: ShopDirectory.sources)

  @Test func `each key has its row`() {
    for row in [
      "| **`store`** | a URL such as sqlite:///var/lib/reprise/reprise.db |  | sqlite:///path or postgresql://user@host/database. | `sqlite:///var/lib/reprise/reprise.db` |",
      "| `retention` | a duration such as 90s, 1h30m or 3d, or {messages: 400d, visitors: 30d} | `400d` | How long finished messages and decisions are kept, for explain and for the caps; no cap may count further back. As a mapping, also for how long visitors without an address are. | `400d` |",
      "| `visitors` | a duration such as 90s, 1h30m or 3d | `30d` | How long visitors without an address are kept after their last visit, with their events and carts. | `30d` |",
      "| **`public_url`** | a URL such as https://shop.example |  | How customers reach this from outside, for links in messages. | `https://hello.tea.example` |",
      "| `write_keys` | a list such as [\"${credential:write_key}\"] | `[]` | What the shop's event library signs in with. | `[\"${credential:write_key}\"]` |",
      "| `id` | a name such as reminder |  | The step's name in the record: what was sent under it is not sent again. Without it the step's number, which changes when a step is put in or taken out before it, so that what was sent may go again and what was not may never go; a step that gets or changes its name is a new step. Best given before the trigger first runs. | `reminder` |",
      "| `unless` | a list such as [order_completed] | `[]` | Events since the trigger fired that make this message pointless. | `[order_completed]` |",
      "| **`channel`** | a name such as email, or a list of these |  | The first of these that can reach the customer is used. | `email` |",
      "| **`brand`** | a mapping, [see below](#brand) |  | The shop, as messages speak of it. |  |",
      "| **`channels`** | mappings by name, [see below](#channels--name) |  | Ways to a customer, by name. |  |",
      "| **`anniversary`** | birthday or joined_at |  | birthday or joined_at. | `birthday` |",
      "| `subject` | text |  | The subject line of an email, in Liquid. | `It has been a while` |",
    ] {
      #expect(page.contains("\n" + row + "\n"), "\(row)")
    }
    for heading in [
      "# Configuration reference", "## reprise.yaml", "### brand", "### http", "### retention",

      "### channels › NAME",
      "#### channels › NAME with `adapter: smtp`", "### limits", "#### limits › quiet_hours",
      "## triggers/NAME.yaml",
      "### when", "#### when with `lapsed`", "### steps", "## templates/NAME.KIND.liquid",
    ] {
      #expect(page.contains("\n\(heading)\n") || page.hasPrefix("\(heading)\n"), "\(heading)")
    }
  }

  @Test func `each link has its heading and each row as many cells as its table`() {
    let headings = page.split(separator: "\n").filter { $0.hasPrefix("#") }
      .map {
        $0.drop { $0 == "#" }.dropFirst().lowercased().filter {
          $0.isLetter && $0.isASCII || $0.isNumber || "_- ".contains($0)
        }.replacing(" ", with: "-")
      }
    for link in page.split(separator: "](#").dropFirst() {
      let anchor = String(link.prefix { $0 != ")" })
      #expect(headings.contains(anchor), "\(anchor) among \(headings)")
    }
    #expect(Set(headings).count == headings.count)
    func bars(_ row: Substring) -> Int { row.replacing("\\|", with: "").count { $0 == "|" } }
    var wanted: Int?
    for row in page.split(separator: "\n", omittingEmptySubsequences: false) {
      guard row.hasPrefix("|") else {
        wanted = nil
        continue
      }
      #expect(bars(row) == wanted ?? bars(row), "\(row)")
      wanted = wanted ?? bars(row)
    }
  }

  @Test func `the schemas are JSON and know every key`() throws {
    for (text, keys) in [
      (ConfigurationSchemas.trigger, ["trigger", "when", "purpose", "steps", "audience", "holdout"]),
      (
        ConfigurationSchemas.settings(ShopDirectory.adapters, sources: ShopDirectory.sources),
        ["brand", "store", "http", "channels", "limits"]
      ),
    ] {
      let schema = try JSON.parse(text)
      #expect(schema["$schema"] == .string("http://json-schema.org/draft-07/schema#"))
      #expect(schema["additionalProperties"] == .bool(false))
      for key in keys { #expect(schema["properties"]?[key]?["description"] != nil, "\(key)") }
    }
  }
}
