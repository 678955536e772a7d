/// The output of a connection: first commands, then the mail up to a limit.
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

  /// `nil` if everything is written.
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

  /// Starts a mail, with nothing of it to be written yet.
  mutating func beginBody() {
    bodyWritten = 0
    bodyTarget = 0
  }

  /// Allows the mail to be written up to this offset.
  mutating func writeBody(to target: Int) { bodyTarget = target }

  mutating func wrote(_ count: Int, of part: Part) {
    switch part {
    case .commands: commandsWritten += count
    case .body: bodyWritten += count
    }
  }
}
