/// Shows the progress of a long job: a redrawn bar on a terminal, occasional lines elsewhere.
///
/// Write it to standard error to keep standard output clean. `update` may be called at any rate: it draws at
/// most ten times a second, or every five seconds when not on a terminal. The clock is an argument.
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
  ///   - total: the amount of work; `nil` if unknown.
  ///   - initial: work done in an earlier run, which does not count for the rate.
  ///   - unit: the plural after the count, such as `rows`.
  ///   - now: a monotonic clock.
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

  /// Sets the total amount done.
  package mutating func update(_ done: Int64) {
    self.done = done
    let time = now()
    let pause: Duration = terminal.isTerminal ? .milliseconds(100) : .seconds(5)
    if let lastDrawn, time - lastDrawn < pause { return }
    lastDrawn = time
    draw(at: time, isLast: false)
  }

  /// Draws the final state. Must be the last call.
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
    // Returns to the first column and clears the rest of an earlier, longer line.
    write("\r\(line)\u{1B}[K" + (isLast ? "\n" : ""))
  }
}
