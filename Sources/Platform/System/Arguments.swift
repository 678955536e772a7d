/// The arguments of a command line, validated against its specification.
package struct Arguments: Hashable, Sendable {
  package var command: String
  /// In order, without options.
  package var positionals: [String]
  private var options: [ExactText: [String]]

  /// The last value given for an option, or its default, or `nil`.
  package subscript(option: String) -> String? { options[option]?.last }

  /// All values given for an option, in order.
  package func values(_ option: String) -> [String] { options[option] ?? [] }

  package func has(_ flag: String) -> Bool { options[flag] != nil }

  /// The request of a command line.
  package enum Request: Hashable, Sendable {
    case run(Arguments)
    /// Text to print before a successful exit: help or the version.
    case print(String)
  }

  /// Parses the arguments after the program's name. `--name VALUE` and `--name=VALUE` are equivalent; `--`
  /// ends the options.
  package static func parse(_ arguments: [String], _ spec: CommandLineSpec) throws(UsageError) -> Request {
    guard let first = arguments.first else { throw UsageError("no command given", spec.program) }
    if first == "--help" || first == "-h" { return .print(spec.help) }
    if first == "--version" { return .print("\(spec.program) \(spec.version)\n") }
    guard let command = spec.commands.first(where: { $0.name == first }) else {
      let kind = first.hasPrefix("-") ? "a command must come first, not" : "unknown command"
      throw UsageError("\(kind) '\(first)'", spec.program, near: first, among: spec.commands.map(\.name))
    }
    return try parse(arguments.dropFirst(), command, spec)
  }

  private static func parse(
    _ arguments: ArraySlice<String>, _ command: CommandLineSpec.Command, _ spec: CommandLineSpec
  ) throws(UsageError) -> Request {
    let known = command.options + spec.commonOptions
    let place = "\(spec.program) \(command.name)"
    var given: [ExactText: [String]] = [:]
    var positionals: [String] = []
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "--" {
        positionals += rest
        break
      }
      if argument == "--help" || argument == "-h" { return .print(spec.help(for: command)) }
      guard argument.hasPrefix("-"), argument != "-" else {
        positionals.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = known.first(where: { parts[0] == "--" + $0.name }) else {
        throw UsageError(
          "unknown option '\(parts[0])'", place, near: String(parts[0]), among: known.map { "--" + $0.name })
      }
      guard option.isRepeated || given[option.name] == nil else {
        throw UsageError("'--\(option.name)' is given twice", place)
      }
      if let word = option.value {
        guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
          throw UsageError("'--\(option.name)' needs a value: --\(option.name) \(word)", place)
        }
        given[option.name, default: []].append(value)
      } else {
        guard parts.count == 1 else { throw UsageError("'--\(option.name)' takes no value", place) }
        given[option.name, default: []].append("")
      }
    }
    try check(positionals, command, place)
    for option in known where given[option.name] == nil {
      if let value = option.defaultValue { given[option.name] = [value] }
    }
    return .run(Arguments(command: command.name, positionals: positionals, options: given))
  }

  private static func check(
    _ positionals: [String], _ command: CommandLineSpec.Command, _ place: String
  ) throws(UsageError) {
    for (index, wanted) in command.positionals.enumerated() {
      guard index < positionals.count else {
        if wanted.count == .one { throw UsageError("\(wanted.name) is missing", place) }
        return
      }
      if !wanted.choices.isEmpty, !wanted.choices.contains(positionals[index]) {
        let choices = wanted.choices.joined(separator: ", ")
        throw UsageError(
          "\(wanted.name) is '\(positionals[index])', but must be one of \(choices)", place,
          near: positionals[index],
          among: wanted.choices)
      }
      if wanted.count == .any { return }
    }
    if positionals.count > command.positionals.count {
      throw UsageError("unexpected argument '\(positionals[command.positionals.count])'", place)
    }
  }
}

/// A command line that the program cannot follow. The program exits with `ExitCode.usage`.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  package var problem: String
  /// The program and command with the relevant help.
  package var place: String
  package var suggestion: String?

  package init(_ problem: String, _ place: String, near word: String? = nil, among words: [String] = []) {
    self.problem = problem
    self.place = place
    suggestion = word.flatMap {
      NearestName.nearest(to: $0, among: words) ?? NearestName.completion(of: $0, among: words)
    }
  }

  package var description: String {
    let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
    return "\(problem)\(hint)\nTry '\(place) --help'."
  }
}
