import Configuration
import Testing

struct NearestNameTests {
  @Test(
    arguments: [
      ("triger", "trigger"), ("lapsd", "lapsed"), ("tempalte", "template"), ("Channel", "channel"),
      ("expires-after", "expires_after"),
      ("at", nil), ("x", nil), ("", nil), ("completely_different", nil), ("chanels", "channel"),
    ] as [(String, String?)])
  func `the nearest name is offered when it is near`(name: String, expected: String?) {
    let names = ["trigger", "lapsed", "template", "channel", "expires_after", "when"]
    #expect(NearestName.nearest(to: name, among: names) == expected)
  }
}
