internal import Domain
internal import Import
internal import Platform

extension ImportOptions {
  /// The command line of `import`.
  static let command = CommandLineSpec.Command(
    "import", "Import a CSV file: customers, orders, events, products; or what another system knows",
    positionals: [
      .init("KIND", "what the rows are", choices: ImportKind.allCases.map(\.rawValue)),
      .init("FILE.csv", "separated by , ; or TAB; the first line names the columns"),
    ],
    options: ImportOption.all.map {
      .init($0.name, $0.help, value: $0.value, isRepeated: $0.isRepeated)
    } + [
      .init("dry-run", "read everything, write nothing"),
      .init("again", "import a file once more that was imported before"),
      .init("json", "print the result as JSON"),
    ])

  /// - Throws: `UsageError`, naming the option.
  init(_ arguments: Arguments) throws(UsageError) {
    func wrong(_ problem: String) -> UsageError { UsageError(problem, "reprise import") }
    guard let word = arguments.positionals.first, let kind = ImportKind(word: word) else {
      throw wrong("KIND is missing")
    }
    self.init(kind: kind)
    for option in ImportOption.all {
      for value in arguments.values(option.name) {
        do {
          try option.take(value, into: &self)
        } catch {
          throw wrong(error.text(onCommandLine: "--\(option.name)"))
        }
      }
    }
    if arguments.has("dry-run"), arguments.has("again") {
      throw wrong("--dry-run writes nothing, so --again has no use")
    }
  }
}
