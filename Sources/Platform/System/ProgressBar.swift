/// Shows how far a long job is: a bar that redraws itself on a terminal, a line now and then elsewhere.
///
/// Give it standard error, so that standard output stays clean. The clock is an argument: `update` may be
/// called as often as one likes and draws at most ten times a second, or every five seconds when not on a
/// terminal.
package struct ProgressBar {
  private let title: String
  private let total: Int64?
  private let unit: String
  private let terminal: Terminal
  private let now: () -> Duration
  private let write: (String) -> Void
  private let started: Duration
  private let initial: Int64
  private var lastDrawn: Duration?
  private var done: Int64

  /// - Parameters:
  ///   - total: how much there is to do; nil when it is not known.
  ///   - initial: what was done before, in an earlier run; it does not count for the rate.
  ///   - unit: the plural after the count, such as `rows`.
  ///   - now: a clock that never goes back.
  package init(
    _ title: String, total: Int64?, initial: Int64 = 0, unit: String,
    terminal: Terminal = Terminal(descriptor: 2),
    now: @escaping () -> Duration = { SystemTime.monotonic() }, write: @escaping (String) -> Void
  ) {
    self.title = title
    self.total = total
    self.unit = unit
    self.terminal = terminal
    self.now = now
    self.write = write
    self.initial = initial
    done = initial
    started = now()
    lastDrawn = terminal.isTerminal ? nil : started
  }

  /// Says how much is done altogether.
  package mutating func update(_ done: Int64) {
    self.done = done
    let time = now()
    let pause: Duration = terminal.isTerminal ? .milliseconds(100) : .seconds(5)
    if let lastDrawn, time - lastDrawn < pause { return }
    lastDrawn = time
    draw(at: time, isLast: false)
  }

  /// Draws the end of it. Nothing may be drawn after that.
  package mutating func finish() { draw(at: now(), isLast: true) }

  private func draw(at time: Duration, isLast: Bool) {
    let elapsed = time - started
    let rate = elapsed > .zero ? Double(done - initial) / elapsed.inSeconds : 0
    var facts: [String] = []
    if let total, total > 0 {
      let percent = min(max(Double(done) / Double(total), 0), 1) * 100
      facts.append("\(Int(percent))%")
      facts.append("\(DecimalText.grouped(done)) of \(DecimalText.grouped(total)) \(unit)")
    } else {
      facts.append("\(DecimalText.grouped(done)) \(unit)")
    }
    if rate > 0 { facts.append("\(DecimalText.grouped(Int64(rate.rounded())))/s") }
    if isLast {
      facts.append("in \(DurationText.text(elapsed))")
    } else if let total, rate > 0, total > done {
      facts.append("\(DurationText.text(.seconds(Int64((Double(total - done) / rate).rounded(.up))))) left")
    }
    let text = facts.joined(separator: "  ")
    guard terminal.isTerminal else {
      write("\(title)  \(text)\n")
      return
    }
    let room = terminal.width - 1
    var line = DisplayWidth.cut("\(title)  \(text)", to: room)
    let cells = min(room - DisplayWidth.of(title) - DisplayWidth.of(text) - 4, 30)
    if let total, total > 0, cells >= 8 {
      let filled = Int(min(max(Double(done) / Double(total), 0), 1) * Double(cells))
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
      line = "\(title)  \(bar)  \(text)"
    }
    // Back to the first column; what an earlier, longer line left is cleared.
    write("\r\(line)\u{1B}[K" + (isLast ? "\n" : ""))
  }
}
