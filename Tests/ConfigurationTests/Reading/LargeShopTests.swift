import Configuration
import Decisioning
import Testing

struct LargeShopTests {
  @Test func `a shop of many triggers loads in a moment`() {
    let shop = ShopDirectory()
    for number in 0..<300 {
      shop.write(
        "triggers/t\(number).yaml",
        ShopDirectory.trigger.replacing("win_back", with: "t\(number)").replacing(
          "miss-you", with: "m\(number)"))
      shop.write("templates/winback/m\(number).html.liquid", ShopDirectory.template + "{% render 'line' %}")
    }
    shop.write("templates/partials/line.html.liquid", "<p>{{ customer.first_name | default: 'you' }}</p>")
    let clock = ContinuousClock()
    let start = clock.now
    let (loaded, report) = shop.load()
    let spent = clock.now - start
    #expect(report.rendered() == "")
    #expect(loaded?.draft.triggers.count == 301)
    // Some seconds unoptimised beside other tests; a check that grows with the square would take minutes.
    #expect(spent < .seconds(20), "\(spent)")
  }
}
