internal import Glibc
internal import Platform

/// The question before an irreversible action.
enum Confirmation {
  /// Asks on a terminal, unless `--yes` was given. A script cannot answer and must pass `--yes`.
  ///
  /// - Parameters:
  ///   - question: what will happen, in whole sentences.
  ///   - word: what must be typed to continue.
  /// - Returns: whether to continue; if not, a note that nothing was done has been printed.
  /// - Throws: `UsageError` without a terminal and without `--yes`.
  static func isGiven(
    _ question: String, word: String, _ invocation: Invocation, command: String
  ) throws -> Bool {
    if invocation.arguments.has("yes") { return true }
    guard Terminal(descriptor: 0).isTerminal else {
      throw UsageError(
        "nobody can be asked here: standard input is no terminal. \(question) Give --yes to go on", command)
    }
    Console.complain("\(question)\nType \(word) to go on: ")
    if let answer = readLine(), answer == word { return true }
    Console.complain("nothing was done\n")
    return false
  }
}
