import Configuration
import Decisioning
import Domain
import Testing

struct PlanningHashTests {
  private func hash(_ text: String) throws -> String {
    let shop = ShopDirectory()
    shop.write("triggers/win-back.yaml", text)
    return try #require(shop.load().loaded?.draft.triggers["win_back"]?.planningHash)
  }

  @Test func `only what plans changes the hash`() throws {
    let original = try hash(ShopDirectory.trigger)
    #expect(original.utf8.count == 64)
    for (part, other) in [
      ("steps:", "audience: customer.orders_count > 1\nsteps:"),
      ("steps:", "holdout: 10%\npriority: 3\nsteps:"),
      ("channel: email", "channel: [email]"),
      ("template: winback/miss-you", "template: winback/miss-you, unless: [x]"),
    ] {
      #expect(try hash(ShopDirectory.trigger.replacing(part, with: other)) == original, "\(other)")
    }
    var seen: Set<String> = [original]
    for (part, other) in [
      ("90d", "91d"), ("steps:", "existing: include\nsteps:"), ("steps:", "reentry: 1d\nsteps:"),
      ("channel: email", "after: 1d, channel: email"), ("channel: email", "id: first, channel: email"),
      ("{lapsed: 90d}", "{cart_idle: 90d}"), ("{lapsed: 90d}", "{cart_idle: 90d}\nends_with: cart"),
      ("{lapsed: 90d}", "{runs_out: {cycle: product}}"),
      ("{lapsed: 90d}", "{runs_out: {cycle: learned}}"), ("{lapsed: 90d}", "{runs_out: {cycle: 30d}}"),
      ("{lapsed: 90d}", "{anniversary: birthday}"),
      ("{lapsed: 90d}", "{anniversary: birthday, leap_day: mar1}"),
      ("{lapsed: 90d}", "{event: x}"), ("{lapsed: 90d}", "{event: x, only: first}"),
      ("{lapsed: 90d}", "{event: x, where: event.y == 1}"),
    ] {
      #expect(seen.insert(try hash(ShopDirectory.trigger.replacing(part, with: other))).inserted, "\(other)")
    }
  }
}
