internal import Operations
internal import Platform

/// Formats an object that comes in parts, as `JSON.text(pretty:)` formats a whole one.
struct PartedText {
  /// The name of the open list.
  private var list: ExactText?
  private var hasRows = false
  private var hasMembers = false

  /// Formats one part; see `PartedRequest`.
  mutating func add(_ part: JSON) -> [UInt8] {
    var text: [UInt8] = []
    for member in part.objectValue ?? JSONObject() {
      if case .array(let rows) = member.value {
        if list != ExactText(member.key) {
          begin(member.key, &text)
          text.append(UInt8(ascii: "["))
          (list, hasRows) = (ExactText(member.key), false)
        }
        for row in rows {
          text += Array((hasRows ? ",\n    " : "\n    ").utf8)
          row.write(into: &text, indent: 4)
          hasRows = true
        }
      } else {
        begin(member.key, &text)
        member.value.write(into: &text, indent: 2)
      }
    }
    return text
  }

  mutating func end() -> [UInt8] {
    var text: [UInt8] = []
    close(&text)
    return text + Array((hasMembers ? "\n}\n" : "{}\n").utf8)
  }

  private mutating func begin(_ name: String, _ text: inout [UInt8]) {
    close(&text)
    text += Array((hasMembers ? ",\n  " : "{\n  ").utf8)
    JSON.string(name).write(into: &text)
    text += Array(": ".utf8)
    hasMembers = true
  }

  private mutating func close(_ text: inout [UInt8]) {
    if list != nil { text += Array((hasRows ? "\n  ]" : "]").utf8) }
    list = nil
  }
}
