import Domain
import Operations
import Testing

@testable import reprise

struct SegmentsTextTests {
  private static let buyers = SegmentsAnswer.Segment(
    segment: "buyers", size: 12_345, entered: 20, left: 3,
    days: [
      SegmentsAnswer.Day(day: "2026-03-01", size: 10), SegmentsAnswer.Day(day: "2026-03-02", size: 80),
      SegmentsAnswer.Day(day: "2026-03-03", size: 45),
    ])
  private static let silent = SegmentsAnswer.Segment(
    segment: "silent", size: 1, entered: 0, left: 0, days: [],
    evaluation: Evaluation(done: 2_000, customers: 10_000))

  @Test func `a table has a line for each segment`() {
    #expect(
      SegmentsText.table([Self.buyers, Self.silent], .plain) == """
        SEGMENT  CUSTOMERS  IN 7 DAYS  OUT  DAY BY DAY
        buyers      12,345        +20   -3  073
        silent           1         +0   -0  2,000 of 10,000 customers evaluated

        """)
  }

  @Test func `one segment is told day by day`() {
    #expect(
      SegmentsText.history(Self.buyers, .plain) == """
        buyers: 12,345 customers; in the last 7 days 20 came and 3 went

        DAY         CUSTOMERS
        2026-03-01         10
        2026-03-02         80
        2026-03-03         45

        """)
    #expect(
      SegmentsText.history(Self.silent, .plain) == """
        silent: 1 customer; in the last 7 days 0 came and 0 went
        a new definition: 2,000 of 10,000 customers evaluated
        the store does not know it yet; it does once the daemon runs with it

        """)
  }

  @Test func `a line of bars shows which days were large`() {
    let style = TextStyle(usesColor: false, isUnicode: true, width: 80)
    #expect(SegmentsText.sparkline([0, 7, 3], style) == "▁█▄")
    #expect(SegmentsText.sparkline([5, 5], style) == "▄▄")
    #expect(SegmentsText.sparkline([], style) == "")
  }

  @Test func `without a segment the way to one is told`() {
    #expect(
      SegmentsText.table([], .plain) == "no segments; make one in segments/, see: reprise help segments\n")
  }
}
