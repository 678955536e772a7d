import Platform
import Synchronization
import Testing

@Suite struct ProgressBarTests {
  /// Draws a bar over virtual time: each step is the time and what is done by then.
  private func draw(
    _ terminal: Terminal, total: Int64?, initial: Int64 = 0, _ steps: [(Duration, Int64)], end: Duration
  ) -> [String] {
    let time = Mutex(Duration.zero)
    let lines = Mutex<[String]>([])
    var bar = ProgressBar(
      "orders", total: total, initial: initial, unit: "rows", terminal: terminal,
      now: { time.withLock { $0 } },
      write: { line in lines.withLock { $0.append(line) } })
    for (moment, done) in steps {
      time.withLock { $0 = moment }
      bar.update(done)
    }
    time.withLock { $0 = end }
    bar.finish()
    return lines.withLock { $0 }
  }

  @Test func `a terminal sees a bar with rate and time left`() {
    let lines = draw(
      Terminal(isTerminal: true, width: 80), total: 100_000,
      [(.seconds(1), 25_000), (.milliseconds(1050), 26_000), (.seconds(2), 50_000)],
      end: .seconds(4))
    #expect(
      lines == [
        "\rorders  █████░░░░░░░░░░░░░░░░░░  25%  25,000 of 100,000 rows  25,000/s  3s left\u{1B}[K",
        "\rorders  ███████████░░░░░░░░░░░░  50%  50,000 of 100,000 rows  25,000/s  2s left\u{1B}[K",
        "\rorders  ████████████░░░░░░░░░░░░░  50%  50,000 of 100,000 rows  12,500/s  in 4s\u{1B}[K\n",
      ])
    for line in lines { #expect(DisplayWidth.of(line.replacing("\u{1B}[K", with: "")) < 80) }
  }

  @Test func `a narrow terminal sees what fits`() {
    let lines = draw(Terminal(isTerminal: true, width: 20), total: 100, [(.seconds(1), 50)], end: .seconds(2))
    #expect(lines.first == "\rorders  50%  50 of…\u{1B}[K")
  }

  @Test func `a file gets a line every five seconds`() {
    let steps = (1...120).map { (Duration.milliseconds($0 * 100), Int64($0 * 10)) }
    let lines = draw(Terminal(isTerminal: false), total: 1200, steps, end: .seconds(12))
    #expect(
      lines == [
        "orders  41%  500 of 1,200 rows  100/s  7s left\n",
        "orders  83%  1,000 of 1,200 rows  100/s  2s left\n",
        "orders  100%  1,200 of 1,200 rows  100/s  in 12s\n",
      ])
  }

  @Test func `what an earlier run did does not count for the rate`() {
    let lines = draw(
      Terminal(isTerminal: false), total: 2000, initial: 1000, [(.seconds(5), 1500)], end: .seconds(10))
    #expect(lines.first == "orders  75%  1,500 of 2,000 rows  100/s  5s left\n")
  }

  @Test func `without a total there is no percentage`() {
    let lines = draw(Terminal(isTerminal: false), total: nil, [(.seconds(5), 500)], end: .seconds(10))
    #expect(lines == ["orders  500 rows  100/s\n", "orders  500 rows  50/s  in 10s\n"])
  }
}
