internal import Glibc
internal import Platform
internal import Service
internal import Store

/// One command of the program.
protocol Command: SendableMetatype {
  static var spec: CommandLineSpec.Command { get }
  /// - Returns: the exit code. What is thrown is told on standard error with the exit code that goes with it.
  static func run(_ invocation: Invocation) async throws -> Int32
}

/// Standard output and standard error. A reader that has gone ends the program, as it does any filter.
///
/// On a terminal, control sequences such as an escape in a customer's name are made visible; files and other programs get
/// them unchanged.
enum Console {
  private static let output = Terminal(descriptor: STDOUT_FILENO)
  private static let errors = Terminal(descriptor: STDERR_FILENO)

  static func write(_ text: String) { print(shown(text, on: output), terminator: "") }

  private static func shown(_ text: String, on terminal: Terminal) -> String {
    terminal.isTerminal ? VisibleText.of(text, isColored: terminal.usesColor) : text
  }

  /// Tells why the program ends, in a form that a log collector recognizes as an error.
  ///
  /// - Parameter format: that of the log, where it was asked for.
  static func fail(_ text: String, as format: LogFormat? = nil) {
    let format = format ?? .detect()
    complain(format.failure(text, event: "start_failed", time: SystemTime.wallMilliseconds()))
  }

  static func complain(_ text: String) { draw(shown(text, on: errors)) }

  /// Writes to standard error unchanged, for progress bars and the like.
  static func draw(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(STDERR_FILENO, $0.baseAddress! + start, bytes.count - start)
      }
      if count <= 0, errno != EINTR { return }
      start += max(0, count)
    }
  }
}

/// Why a command failed, as it is told.
struct Failure {
  /// For standard error, with a line feed.
  let text: String
  let exitCode: Int32
  private let message: String

  /// - Parameter call: how the commands are called that the text names.
  init(_ error: any Error, call: ProgramCall) {
    exitCode = error is UsageError ? EX_USAGE : ServiceError(telling: error).exitCode
    message = ErrorText.text(error)
    // A report of several lines speaks for itself.
    text = message.hasSuffix("\n") ? message : "reprise: \(call.completing(message))\n"
  }

  var json: JSON { ["error": .string(message), "exit": .integer(Int64(exitCode))] }
}
