package import Platform

/// All commands of a program in Markdown, generated from the descriptions that parse the command line.
package enum CommandReference {
  package static func markdown(_ spec: CommandLineSpec) -> String {
    var text = "## Options of every command\n"
    text += table(spec.commonOptions.map { ("--" + $0.form, $0.explanation) })
    text += "\n## Commands\n"
    for command in spec.commands {
      text += "\n### \(command.name)\n\n\(command.summary).\n\n```sh\n\(spec.usage(of: command))\n```\n"
      text += table(command.positionals.map { ($0.name, $0.help) })
      text += table(command.options.map { ("--" + $0.form, $0.explanation) })
    }
    return text
  }

  private static func table(_ rows: [(String, String)]) -> String {
    if rows.isEmpty { return "" }
    let lines = rows.map { "| `\($0)` | \($1.replacing("|", with: "\\|")) |\n" }
    return "\n| | |\n| --- | --- |\n" + lines.joined()
  }
}
