/// What a connection has to write: commands first, then the mail up to a mark.
struct SMTPOutput {
  /// What is written next.
  enum Part: Equatable {
    case commands(from: Int)
    case body(from: Int, to: Int)
  }

  private(set) var commands: [UInt8] = []
  private var commandsWritten = 0
  private var bodyWritten = 0
  private var bodyTarget = 0

  /// `nil` when all is written.
  var next: Part? {
    if commandsWritten < commands.count { return .commands(from: commandsWritten) }
    return bodyWritten < bodyTarget ? .body(from: bodyWritten, to: bodyTarget) : nil
  }

  mutating func append(_ bytes: [UInt8]) {
    if commandsWritten == commands.count {
      commands = bytes
      commandsWritten = 0
    } else {
      commands.append(contentsOf: bytes)
    }
  }

  /// Begins a mail, of which nothing is to be written yet.
  mutating func beginBody() {
    bodyWritten = 0
    bodyTarget = 0
  }

  /// The mail may be written up to here.
  mutating func writeBody(to target: Int) { bodyTarget = target }

  mutating func wrote(_ count: Int, of part: Part) {
    switch part {
    case .commands: commandsWritten += count
    case .body: bodyWritten += count
    }
  }
}
