/// The commands and options of a program.
package struct CommandLineSpec: Sendable {
  /// `--name VALUE` or, without a value, `--name`.
  package struct Option: Sendable {
    package var name: String
    /// The placeholder of the value in the help text, such as `DIR`; `nil` for a flag.
    package var value: String?
    package var help: String
    package var isRepeated: Bool
    /// The value if the option is not given.
    package var defaultValue: String?

    package init(
      _ name: String, _ help: String, value: String? = nil, isRepeated: Bool = false,
      default defaultValue: String? = nil
    ) {
      self.name = name
      self.value = value
      self.isRepeated = isRepeated
      self.defaultValue = defaultValue
      self.help = help
    }

    /// `name VALUE`, or the name of a flag.
    package var form: String { name + (value.map { " \($0)" } ?? "") }

    /// The help text with the default and whether the option may be repeated.
    package var explanation: String {
      help + (defaultValue.map { " (default \($0))" } ?? "") + (isRepeated ? "; may be repeated" : "")
    }
  }

  /// A positional argument.
  package struct Positional: Sendable {
    package enum Count: Sendable { case one, optional, any }

    package var name: String
    package var count: Count
    package var help: String
    /// The allowed words; empty for any.
    package var choices: [String]

    package init(_ name: String, _ help: String, count: Count = .one, choices: [String] = []) {
      self.name = name
      self.count = count
      self.choices = choices
      self.help = help
    }
  }

  package struct Command: Sendable {
    package var name: String
    package var summary: String
    package var positionals: [Positional]
    package var options: [Option]

    package init(_ name: String, _ summary: String, positionals: [Positional] = [], options: [Option] = []) {
      self.name = name
      self.summary = summary
      self.positionals = positionals
      self.options = options
    }
  }

  package var program: String
  package var summary: String
  package var version: String
  package var commands: [Command]
  /// Options of every command.
  package var commonOptions: [Option]

  package init(
    program: String, summary: String, version: String, commands: [Command], commonOptions: [Option] = []
  ) {
    self.program = program
    self.summary = summary
    self.version = version
    self.commands = commands
    self.commonOptions = commonOptions
  }
}

extension CommandLineSpec {
  /// The text of `program --help`.
  package var help: String {
    var text = "\(program): \(summary)\n\nUsage: \(program) COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n"
    text += CommandLineSpec.table(commands.map { ($0.name, $0.summary) })
    if !commonOptions.isEmpty {
      text += "\nOptions of every command:\n" + CommandLineSpec.table(commonOptions.map(CommandLineSpec.row))
    }
    return text + "\n'\(program) COMMAND --help' tells about one command.\n"
  }

  /// The text of `program COMMAND --help`.
  package func help(for command: Command) -> String {
    var text = "\(command.summary)\n\nUsage: \(usage(of: command))\n"
    if !command.positionals.isEmpty {
      text += "\nArguments:\n" + CommandLineSpec.table(command.positionals.map { ($0.name, $0.help) })
    }
    let options = command.options + commonOptions
    if !options.isEmpty { text += "\nOptions:\n" + CommandLineSpec.table(options.map(CommandLineSpec.row)) }
    return text
  }

  /// The synopsis of a command: `program command PLACE [OPTIONS]`.
  package func usage(of command: Command) -> String {
    let places = command.positionals.map { positional in
      let name = positional.choices.isEmpty ? positional.name : positional.choices.joined(separator: "|")
      return switch positional.count {
      case .one: " \(name)"
      case .optional: " [\(name)]"
      case .any: " [\(name)...]"
      }
    }
    return "\(program) \(command.name)\(places.joined()) [OPTIONS]"
  }

  private static func row(_ option: Option) -> (String, String) { ("--" + option.form, option.explanation) }

  private static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map { DisplayWidth.of($0.0) }.max() ?? 0
    return rows.map { "  \(DisplayWidth.pad($0.0, to: width))  \($0.1)\n" }.joined()
  }
}
