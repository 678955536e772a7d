import Glibc
import Platform

/// What a finished program left behind.
package struct SpawnResult: Sendable {
  /// The exit status; 128 + the signal's number when a signal ended the program.
  package let status: Int32
  package let output: [UInt8]
  package let errorOutput: [UInt8]

  /// Standard output as text; bytes that are not UTF-8 become U+FFFD.
  package var text: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text; bytes that are not UTF-8 become U+FFFD.
  package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// The program could not be started.
package struct SpawnError: Error, Equatable, CustomStringConvertible {
  package let program: String
  package let code: Int32

  package init(program: String, code: Int32) {
    self.program = program
    self.code = code
  }

  package var description: String {
    "cannot start '\(program)': \(String(cString: strerror(code))); `make test` installs what the tests need"
  }
}

/// Runs a program to its end, feeding it `input` and collecting up to 64 MB of each of its outputs.
///
/// `arguments[0]` is the program, looked up in `PATH`. `environment` is added to this process's own and wins over it;
/// `directory` is where it starts, that of this process when nil. Blocks the calling thread; a program that runs for ten
/// minutes is ended. Throws `SpawnError` when the program cannot be started (most often: not installed).
package func spawn(
  _ arguments: [String], input: [UInt8] = [], environment: [ExactText: String] = [:], directory: String? = nil
) throws(SpawnError) -> SpawnResult {
  let program = arguments.first ?? ""
  var variables = Environment.process
  variables.values.merge(environment) { $1 }
  let child = ChildProcess(
    [path(of: program)] + arguments.dropFirst(), environment: variables, directory: directory, input: input,
    outputLimit: 64 << 20, deadline: .seconds(600))
  do throws(SystemError) {
    let outcome = try child.runBlocking()
    let status: Int32 =
      switch outcome.ending {
      case .exited(let code): code
      case .killed(let signal): 128 + signal
      }
    return SpawnResult(status: status, output: outcome.output, errorOutput: outcome.errorOutput)
  } catch {
    throw SpawnError(program: program, code: error.code)
  }
}

/// Where a shell would find the program; the name itself when it is a path already or stands nowhere.
func path(of program: String) -> String {
  if program.utf8.contains(UInt8(ascii: "/")) { return program }
  let folders = (Environment.process["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
  return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 } ?? program
}
