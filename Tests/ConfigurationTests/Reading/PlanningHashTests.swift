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

  private static let known = [
    (
      "{lapsed: 90d}", "existing: include\nreentry: 1d\n",
      "289e29de82988048853f37669224a690845ec89a3d176890f92a2849659bba76"
    ),
    (
      "{cart_idle: 1h}", "ends_with: cart\n",
      "c0338437106259a52f16ba2a1046fba40cdbddf4a8886189be93b0e89dccd3a1"
    ),
    (
      "{runs_out: {cycle: 30d}}", "",
      "1e02eb65eb8867f47530dcbca62706bf33c7b18e7cbbc8944a5ff4bd64351c29"
    ),
    (
      "{anniversary: birthday, before: 3d}", "expires_after: 3d\n",
      "74283456b067099f1dbe8c7a7ad6ae52927cf2b63da00d3463df95b1d744f3ce"
    ),
    (
      "{event: quiz, only: first, where: event.score > 5}", "",
      "72500083259d0ea6b405803d5813cdb8886b9d80fe99a313136fdee3c2d8f7c2"
    ),
  ]

  /// Computed elsewhere: with another digest an upgrade would plan every customer anew.
  @Test func `the hash of a file stays what it was`() throws {
    for (when, lines, expected) in Self.known {
      let text = ShopDirectory.trigger.replacing("{lapsed: 90d}", with: when)
        .replacing("steps:", with: lines + "steps:")
      #expect(try hash(text) == expected, "\(when)")
    }
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
