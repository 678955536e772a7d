internal import Platform

/// The results of one benchmark.
struct Report: Equatable, Sendable {
  var name: String
  var figures: [Figure] = []
  /// What readers of the figures must know, and why something was omitted.
  var notes: [String] = []

  struct Figure: Equatable, Sendable {
    var what: String
    var value: Double
    var unit: String
    var bar: Bar?

    /// Whether less is better: for times, sizes, and figures with an upper bar.
    var isBetterLow: Bool {
      switch bar {
      case .atLeast: false
      case .atMost: true
      case nil: ["us", "s", "KB", "MB"].contains(unit)
      }
    }

    var isMet: Bool? {
      switch bar {
      case .atLeast(let limit): value >= limit
      case .atMost(let limit): value <= limit
      case nil: nil
      }
    }
  }

  /// The target of a figure.
  enum Bar: Equatable, Sendable {
    case atLeast(Double)
    case atMost(Double)
  }

  init(_ name: String) { self.name = name }

  mutating func add(_ what: String, _ value: Double, _ unit: String, bar: Bar? = nil) {
    figures.append(Figure(what: what, value: value, unit: unit, bar: bar))
  }
}

extension Report {
  /// For people: one line per figure, with its bar and whether it is met.
  func table(_ terminal: Terminal) -> String {
    let width = figures.map { DisplayWidth.of($0.what) }.max() ?? 0
    var text = "\(name)\n"
    for figure in figures {
      let number = DisplayWidth.pad(Self.text(figure.value), to: 12, alignRight: true)
      var line =
        "  \(DisplayWidth.pad(figure.what, to: width))  \(number) \(DisplayWidth.pad(figure.unit, to: 10))"
      if let bar = figure.bar, let isMet = figure.isMet {
        let limit =
          switch bar {
          case .atLeast(let limit): ">= \(Self.text(limit))"
          case .atMost(let limit): "<= \(Self.text(limit))"
          }
        let word = isMet ? "met" : "MISSED"
        let shown = terminal.usesColor ? "\u{1B}[\(isMet ? 32 : 31)m\(word)\u{1B}[0m" : word
        line += " \(DisplayWidth.pad(limit, to: 12)) \(shown)"
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    for note in notes { text += "  (\(note))\n" }
    return text
  }

  /// Three significant digits, thousands separated.
  static func text(_ value: Double) -> String {
    if value >= 100 { return DecimalText.grouped(Int64(value.rounded())) }
    let digits: Double = value >= 10 ? 10 : value >= 1 ? 100 : 1000
    let scaled = Int64((value * digits).rounded())
    let fraction = String(scaled % Int64(digits))
    let places = value >= 10 ? 1 : value >= 1 ? 2 : 3
    return
      "\(scaled / Int64(digits)).\(String(repeating: "0", count: places - fraction.utf8.count))\(fraction)"
  }
}
