internal import Platform
internal import Service

/// How this program is called again about the same daemon or store: what texts name as the next command works as it is
/// printed.
struct ProgramCall: Equatable, Sendable {
  /// As it was called this time.
  var program = "reprise"
  /// The shared options that were given this time.
  var options: [String] = []

  /// - Parameter words: a command and what belongs to it, each word ready for a shell.
  func callAsFunction(_ words: String) -> String {
    ([NextSteps.quoted(program), words] + options.map(NextSteps.quoted)).joined(separator: " ")
  }

  /// A text of the other parts of the program, which know nothing of the command line, with the commands in it as they are
  /// called here: `: reprise restored` with what comes up to the end of the clause.
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

  /// The words of a text, none of which a line may break; a command at its end is one of them, so that it can be copied.
  func words(_ text: String) -> [String] {
    let start = ": " + NextSteps.quoted(program) + " "
    guard let command = text.firstRange(of: start) else { return Self.split(text) }
    let behind = text.index(command.lowerBound, offsetBy: 2)
    return Self.split(String(text[..<behind])) + [String(text[behind...])]
  }

  private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
