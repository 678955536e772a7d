import Configuration
import Decisioning
import Domain
import Testing

struct NamesInQuestionTests {
  private func shop(_ trigger: String, _ body: String = "Hi") throws -> (Names, [String]) {
    let shop = ShopDirectory()
    shop.write("triggers/quiz.yaml", trigger)
    shop.write("templates/quiz/done.txt.liquid", body)
    let names = try #require(shop.load().loaded, "\(shop.report())").names
    return (Names(names: names, directory: shop.path), shop.headlines())
  }

  private struct Names {
    let names: NamesInQuestion
    let directory: String
    var asked: NamesAsked { names.asked }

    func headlines(_ found: NamesFound) -> [String] {
      names.warnings(found).map { $0.headline.replacing(directory, with: "config") }
    }
  }

  private static let quiz = """
    trigger: quiz
    when: {event: quiz_done, where: 'event.score > 3'}
    audience: customer.total_spent >= 50
    steps:
      - {channel: email, template: quiz/done}
    """
  private static let body = """
    ---
    subject: 'Hi {{ event.resullt }}'
    ---
    {{ customer.attributes.ltv }} {{ customer.loyalty_levl }} {{ unsubscribe_url }}
    """

  @Test func `without the data only names of other systems are doubted`() throws {
    let (names, headlines) = try shop(Self.quiz, Self.body)
    #expect(
      headlines == [
        "config/triggers/quiz.yaml:3:20: warning: 'total_spent' is no field of a customer, but may be an attribute; did you mean 'customer.lifetime_value'? An attribute is surely customer.attributes.total_spent"
      ])
    #expect(
      names.asked
        == NamesAsked(
          attributes: ["total_spent", "ltv", "loyalty_levl"], events: ["quiz_done"],
          properties: [
            EventProperty(event: "quiz_done", name: "score"),
            EventProperty(event: "quiz_done", name: "resullt"),
          ]))
  }

  @Test func `a name that the data does not have is a warning with the nearest name`() throws {
    let (names, _) = try shop(Self.quiz, Self.body)
    let found = NamesFound(
      attributes: ["loyalty_level"], events: ["quiz_done"], properties: ["quiz_done": ["result"]])
    #expect(
      names.headlines(found).sorted() == [
        "config/templates/quiz/done.txt.liquid:2:23: warning: no 'quiz_done' event has had 'resullt'; did you mean 'result'?",
        "config/templates/quiz/done.txt.liquid:4:24: warning: no customer has 'ltv'; it stays missing until the shop sends it",
        "config/templates/quiz/done.txt.liquid:4:43: warning: no customer has 'loyalty_levl'; did you mean 'loyalty_level'?",
        "config/triggers/quiz.yaml:2:40: warning: no 'quiz_done' event has had 'score'; it stays missing until the shop sends it",
        "config/triggers/quiz.yaml:3:20: warning: no customer has 'total_spent'; did you mean 'customer.lifetime_value'?",
      ])
  }

  @Test func `a name that the data has is no warning, and without customers nothing is doubted`() throws {
    let (names, headlines) = try shop(Self.quiz, Self.body)
    let all = NamesFound(
      attributes: ["loyalty_levl", "ltv", "total_spent"], events: ["quiz_done"],
      properties: ["quiz_done": ["resullt", "score"]])
    #expect(names.headlines(all) == [])
    let none = NamesFound(attributes: nil, events: [], properties: [:])
    #expect(
      names.headlines(none) == headlines)
  }

  @Test(
    arguments: [
      (
        "order_complete", [],
        "'order_complete' is not an event that Reprise knows; did you mean 'order_completed'?"
      ),
      ("order_complete", ["order_complete"], nil),
      (
        "quiz_finishd", ["quiz_finished"],
        "no 'quiz_finishd' event has ever come; did you mean 'quiz_finished'?"
      ),
      ("下单成工", ["下单成功"], "no '下单成工' event has ever come; did you mean '下单成功'?"),
      ("下单成功", ["下单成功"], nil), ("party_🎉", ["party_🎉"], nil), ("first_of_its_kind", ["quiz_finished"], nil),
    ] as [(String, [String], String?)])
  func `an event that never arrived is doubted if one with a similar name did`(
    name: String, come: [String], warning: String?
  ) throws {
    let (names, _) = try shop(
      "trigger: quiz\nwhen: {event: \(name)}\nsteps:\n  - {channel: email, template: winback/miss-you}\n",
      "---\nsubject: 'Hi'\n---\nHi {{ unsubscribe_url }}")
    let found = NamesFound(attributes: [], events: Set(come.map { EventName($0) }), properties: [:])
    #expect(
      names.headlines(found)
        == (warning.map { ["config/triggers/quiz.yaml:2:15: warning: \($0)"] } ?? []))
  }

  @Test(arguments: [("order_id", true), ("orderId", true), ("id", false)])
  func `an order is doubted where no such event ever named one`(property: String, isKnown: Bool) throws {
    let (names, _) = try shop(
      "trigger: quiz\nwhen: {event: order_shipped, where: order.total > 5}\nsteps:\n  - {channel: email, template: quiz/done}\n",
      "---\nsubject: 'Hi'\n---\n{{ order.id }} {{ unsubscribe_url }}")
    let found = NamesFound(
      attributes: [], events: ["order_shipped"], properties: ["order_shipped": [ExactText(property)]])
    let warning =
      "warning: no 'order_shipped' event has had 'order_id', so there is no 'order'; it stays missing until the shop sends it"
    #expect(
      names.headlines(found)
        == (isKnown
          ? []
          : ["config/triggers/quiz.yaml:2:37: \(warning)", "config/triggers/quiz.yaml:4:32: \(warning)"]))
  }

  @Test func `a template asks for the names that it renders`() throws {
    let shop = ShopDirectory()
    shop.write(
      "triggers/quiz.yaml",
      "trigger: quiz\nwhen: {lapsed: 9d}\nsteps:\n  - {channel: email, template: quiz/done}\n")
    shop.write(
      "templates/quiz/done.html.liquid",
      "---\nsubject: 'Hi'\n---\n{% render 'level' %} {{ unsubscribe_url }}")
    shop.write("templates/partials/level.html.liquid", "{{ customer.loyalty_level }}")
    let names = try #require(shop.load().loaded).names
    #expect(names.asked == NamesAsked(attributes: ["loyalty_level"]))
  }
}
