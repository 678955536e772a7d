import Glibc
import Platform
import Support

/// The real program, as `make build` leaves it.
enum Program {
  struct Missing: Error, CustomStringConvertible {
    var description: String {
      "there is no program to test: REPRISE_BINARY does not name one, and none stands beside the tests; `make test` builds it"
    }
  }

  /// The absolute path of the program: REPRISE_BINARY, else the release build, else the one built with the tests.
  static func path() throws -> String {
    if let given = Environment.process["REPRISE_BINARY"] {
      guard access(given, X_OK) == 0 else { throw Missing() }
      return Files.resolved(given)
    }
    // The test runner is in the toolchain; its argument is the bundle, in the folder of the debug build.
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let folder = FilePath.directory(of: bundle)
    let build = FilePath.directory(of: FilePath.directory(of: folder))
    for candidate in ["\(build)/release/reprise", ".build/release/reprise", "\(folder)/reprise"]
    where access(candidate, X_OK) == 0 {
      return Files.resolved(candidate)
    }
    throw Missing()
  }

  /// The debug build beside the tests: it alone can be made to trap.
  static func debugPath() throws -> String {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let path = "\(FilePath.directory(of: bundle))/reprise"
    for candidate in [path, ".build/debug/reprise"] where access(candidate, X_OK) == 0 { return candidate }
    throw Missing()
  }

  /// Whether the Swift runtime is linked in, as `make build` does.
  static let isWhole: Bool = {
    guard let program = try? path(), let answer = try? spawn(["/usr/bin/ldd", program]) else { return false }
    return !answer.text.contains("libswiftCore")
  }()

  /// Runs one command to its end.
  static func run(
    _ arguments: [String], environment: [ExactText: String] = [:], directory: String? = nil
  ) async throws -> Answer {
    try await Answer.of([try path()] + arguments, environment: environment, directory: directory)
  }
}

/// What a program that has ended said.
struct Answer: Sendable, CustomStringConvertible {
  /// The exit code; 128 and the signal when it was killed.
  let status: Int32
  let output: String
  let errorOutput: String

  /// Runs any program, given by its path, with the variables of the tests and these.
  static func of(
    _ arguments: [String], environment: [ExactText: String] = [:], directory: String? = nil
  ) async throws -> Answer {
    let result = try await WorkerThread.run("program") {
      try spawn(arguments, environment: environment, directory: directory)
    }
    return Answer(status: result.status, output: result.text, errorOutput: result.errorText)
  }

  /// Standard output as JSON.
  func json() throws -> JSON { try JSON.parse(Array(output.utf8)) }

  var description: String { "status \(status)\n\(output)\n\(errorOutput)" }
}
