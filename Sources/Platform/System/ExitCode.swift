/// The exit codes of a program, after sysexits(3).
///
/// Must have a case for every number that an error returns as its `exitCode`.
package enum ExitCode: Int32, Sendable {
  case success = 0
  /// The command line was wrong.
  case usage = 64
  case badData = 65
  /// The input does not exist or cannot be read.
  case noInput = 66
  case unavailable = 69
  /// Another process holds the lock.
  case locked = 73
  case inputOutput = 74
  case tryAgain = 75
  case denied = 77
  case configuration = 78
}
