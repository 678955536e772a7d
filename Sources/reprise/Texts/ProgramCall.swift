internal import Platform
internal import Service

/// How to call this program again for the same daemon or store, so that commands in texts work as printed.
struct ProgramCall: Equatable, Sendable {
  /// The program as it was called.
  var program = "reprise"
  /// The common options that were given.
  var options: [String] = []

  /// - Parameter words: a command with its arguments, quoted for a shell.
  func callAsFunction(_ words: String) -> String {
    ([NextSteps.quoted(program), words] + options.map(NextSteps.quoted)).joined(separator: " ")
  }

  /// Completes the commands in texts that come from parts of the program that do not know the command line: `: reprise
  /// restored`, up to the end of the clause.
  func completing(_ text: String) -> String {
    guard self != ProgramCall() else { return text }
    let parts = text.pieces(between: Self.mark)
    return parts.dropFirst().reduce(into: String(parts.first ?? "")) { text, part in
      let words = part[
        ..<(part.unicodeScalars.firstIndex { ";,)\n".unicodeScalars.contains($0) } ?? part.endIndex)]
      let name = words[..<(words.firstIndex(of: " ") ?? words.endIndex)]
      let isCommand = Main.spec.commands.contains { $0.name == name }
      text += isCommand ? ": " + self(String(words)) : Self.mark + words
      text += part[words.endIndex...]
    }
  }

  private static let mark = ": reprise "

  /// Splits a text into words for wrapping; a command at its end is one word, so that it can be copied.
  func words(_ text: String) -> [String] {
    let start = ": " + NextSteps.quoted(program) + " "
    guard let command = text.firstRange(of: start) else { return Self.split(text) }
    let behind = text.index(command.lowerBound, offsetBy: 2)
    return Self.split(String(text[..<behind])) + [String(text[behind...])]
  }

  private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
