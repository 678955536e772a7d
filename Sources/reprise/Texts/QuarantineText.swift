internal import Operations

/// Lists quarantined work.
enum QuarantineText {
  static func list(_ items: [QuarantineItem], style: TextStyle) -> String {
    guard !items.isEmpty else { return "nothing is set aside\n" }
    var table = TextTable([
      .init("item", isNumber: true), .init("kind"), .init("customer"), .init("about"), .init("signal"),
      .init("since"),
    ])
    for item in items {
      table.rows.append([
        "\(item.item)", item.kind, item.customer ?? "", item.about.isEmpty ? item.id : item.about,
        item.signal, item.since.map { TimeText.wall($0) } ?? "",
      ])
    }
    return
      (table.lines(style) + [
        "", "To try one again: \(style.call("quarantine retry ITEM"))",
        "To give it up: \(style.call("quarantine drop ITEM"))",
      ]).joined(separator: "\n") + "\n"
  }

  static func done(_ answer: QuarantineAnswer) -> String {
    let count = "\(answer.items.count) item\(answer.items.count == 1 ? "" : "s")"
    return switch answer.act {
    case .drop: "\(count) given up for good\n"
    case .retry: "\(count) tried again; what traps once more is set aside again\n"
    }
  }
}
