package import Platform

/// What is set aside, as people read it.
package enum QuarantineText {
  package static func list(_ answer: JSON, style: TextStyle) -> String {
    let items = answer["quarantine"]?.arrayValue ?? []
    guard !items.isEmpty else { return "nothing is set aside\n" }
    var table = TextTable([
      .init("item", isNumber: true), .init("kind"), .init("customer"), .init("about"), .init("signal"),
      .init("since"),
    ])
    for item in items {
      let about = item["about"]?.stringValue ?? ""
      table.rows.append([
        item["item"]?.integerValue.map { "\($0)" } ?? "?", item["kind"]?.stringValue ?? "?",
        item["customer"]?.stringValue ?? "", about.isEmpty ? item["id"]?.stringValue ?? "" : about,
        item["signal"]?.stringValue ?? "?", item["since"]?.stringValue.map { TimeText.wall($0) } ?? "",
      ])
    }
    return
      (table.lines(style) + [
        "", "To try one again: reprise quarantine retry ITEM. To give it up: reprise quarantine drop ITEM.",
      ]).joined(separator: "\n") + "\n"
  }

  package static func done(_ answer: JSON) -> String {
    let items = answer["items"]?.arrayValue ?? []
    let count = "\(items.count) item\(items.count == 1 ? "" : "s")"
    return answer["act"]?.stringValue == "drop"
      ? "\(count) given up for good\n" : "\(count) tried again; what traps once more is set aside again\n"
  }
}
