import Configuration

/// Advice about a program's command line that cannot be run as written.
enum CommandText {
  /// Suggests the list form of a command line written as one text. Splits only plain words: quotes, variables
  /// and pipes would need a shell.
  static func asList(_ text: String) -> String {
    let words = text.utf8.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x09, 0x0A: true
      default: "/._-+=:,@%".utf8.contains(byte)
      }
    }
    guard isPlain, !words.isEmpty else {
      return "no shell reads it: write the program and each argument by itself, "
        + "as in [\"/usr/local/bin/deliver\", \"--quiet\"]"
    }
    let items = words.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }
    return "no shell reads it: write [\(items.joined(separator: ", "))]"
  }

  /// Whether a text contains Liquid. It is refused: other users of the machine can see a program's arguments, which must
  /// not contain customers' data, and a value that begins with a dash would be an option.
  static func isLiquid(_ text: String) -> Bool { text.contains("{{") || text.contains("{%") }

  static let isLiteral = "is not read as Liquid"
  static let inputAdvice =
    "the program gets the message as JSON on standard input (reprise help channels), and its id in REPRISE_MESSAGE_ID"

  /// PATH is not searched, since it is not under the operator's control.
  static let objection: @Sendable ([String]) -> ScalarProblem? = { command in
    guard let program = command.first, program.utf8.first != UInt8(ascii: "/") else { return nil }
    return .objection(
      "must begin with the program's full path, not \(Quoting.quoted(program))",
      hint: "it is not looked for in PATH")
  }
}
