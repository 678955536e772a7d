internal import Glibc
internal import Platform
internal import Service
internal import Store

/// A command of the program.
protocol Command: SendableMetatype {
  static var spec: CommandLineSpec.Command { get }
  /// - Returns: the exit code. Errors are printed on standard error and determine the exit code.
  static func run(_ invocation: Invocation) async throws -> Int32
}

/// Standard output and standard error. The program ends when its reader has gone, as filters do.
///
/// On a terminal, control sequences such as an escape in a customer's name are made visible; files and pipes
/// get them unchanged.
enum Console {
  private static let output = Terminal(descriptor: STDOUT_FILENO)
  private static let errors = Terminal(descriptor: STDERR_FILENO)

  static func write(_ text: String) { print(shown(text, on: output), terminator: "") }

  /// Writes JSON. Control characters are escaped as in JSON, in files and pipes too.
  static func write(json text: String) { print(VisibleText.json(text), terminator: "") }

  private static func shown(_ text: String, on terminal: Terminal) -> String {
    terminal.isTerminal ? VisibleText.of(text, isColored: terminal.usesColor) : text
  }

  /// Prints why the program ends, in a form that log collectors recognise as an error.
  ///
  /// - Parameter format: the log format, if one was requested.
  static func fail(_ text: String, as format: LogFormat? = nil) {
    let format = format ?? .detect()
    complain(format.failure(text, event: "start_failed", time: SystemTime.wallMilliseconds()))
  }

  static func complain(_ text: String) { draw(shown(text, on: errors)) }

  /// Writes to standard error unchanged, for progress bars.
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

/// A command's failure for display.
struct Failure {
  /// For standard error, including the line feed.
  let text: String
  let exitCode: Int32
  private let message: String

  /// - Parameter call: how the commands mentioned in the text are called.
  init(_ error: any Error, call: ProgramCall) {
    exitCode = error is UsageError ? EX_USAGE : ServiceError(telling: error).exitCode
    message = ErrorText.text(error)
    // A report of several lines needs no prefix.
    text = message.hasSuffix("\n") ? message : "reprise: \(call.completing(message))\n"
  }

  var json: JSON { ["error": .string(message), "exit": .integer(Int64(exitCode))] }
}
