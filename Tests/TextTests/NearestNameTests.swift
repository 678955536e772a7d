import Testing
import Text

struct NearestNameTests {
  @Test(
    arguments: [
      ("triger", "trigger"), ("lapsd", "lapsed"), ("tempalte", "template"), ("Channel", "channel"),
      ("expires-after", "expires_after"), ("Expires After", "expires_after"), ("wehn", "when"),
      ("chanels", "channel"), ("LAPSD", "lapsed"),
      ("at", nil), ("x", nil), ("", nil), ("completely_different", nil), ("xyz", nil), ("on", nil),
      (String(repeating: "trigger", count: 12), nil),
    ] as [(String, String?)])
  func `the nearest name is offered when it is near`(name: String, expected: String?) {
    let names = ["trigger", "lapsed", "template", "channel", "expires_after", "when"]
    #expect(NearestName.nearest(to: name, among: names) == expected)
  }

  @Test(
    arguments: [
      ("frist_name", "first_name"), ("custmer", "customer"), ("orders_cont", "orders_count"), ("i", nil),
      ("is", "id"), ("ID", "id"), ("城市名", "城市"), ("国", nil), ("first_order_at_all", nil),
    ] as [(String, String?)])
  func `a short name leaves room for one slip, a long one for three, none for another word`(
    name: String, expected: String?
  ) {
    let names = ["first_name", "customer", "orders_count", "id", "城市", "first_order_at"]
    #expect(NearestName.nearest(to: name, among: names) == expected)
  }

  @Test func `among equals the first of the alphabet wins, whatever their order`() {
    #expect(NearestName.nearest(to: "pate", among: ["date", "late", "rate"]) == "date")
    #expect(NearestName.nearest(to: "pate", among: ["rate", "late", "date"]) == "date")
  }

  @Test func `fewer slips can be asked for`() {
    #expect(NearestName.nearest(to: "order_placd", among: ["order_placed"], slips: 1) == "order_placed")
    #expect(NearestName.nearest(to: "ordr_placd", among: ["order_placed"], slips: 1) == nil)
  }

  @Test func `a hint stands for itself or ends a sentence`() {
    #expect(NearestName.hint(for: "emial", among: ["email"]) == "did you mean 'email'?")
    #expect(NearestName.hint(for: "fax", among: ["email"]) == nil)
    #expect(NearestName.ending(for: "emial", among: ["email"]) == "; did you mean 'email'?")
    #expect(NearestName.ending(for: "fax", among: ["email"]) == "")
  }

  @Test(
    arguments: [
      ("lapsd", "lapsed"), ("triger", "trigger"), ("Lapsed", "lapsed"), ("chanel", "channel"),
      ("setps", "steps"),
      ("xyz", nil), ("", nil), ("on", nil), ("wehn", "when"),
    ] as [(String, String?)])
  func `the nearest word is the one that was meant`(word: String, meant: String?) {
    #expect(NearestName.nearest(to: word, among: ["trigger", "when", "steps", "channel", "lapsed"]) == meant)
  }

  @Test(arguments: [
    ("quiet", "quiet-hours-caps-holdout"), ("holdout", "quiet-hours-caps-holdout"), ("unsub", "unsubscribe"),
    ("hours", "quiet-hours-caps-holdout"), ("CONF", "configuration"), ("subscribe", "unsubscribe"),
    ("cap", "caps"), ("qu", nil), ("zebra", nil), ("configurations-and-more", nil),
  ])
  func `a name is completed at its beginning, at a later word, else anywhere`(name: String, whole: String?) {
    let names = ["configuration", "quiet-hours-caps-holdout", "unsubscribe", "caps", "escape"]
    #expect(NearestName.completion(of: name, among: names) == whole)
  }
}
