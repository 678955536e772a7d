import Platform
import Testing

private let spec = CommandLineSpec(
  program: "reprise", summary: "brings customers back", version: "1.0",
  commands: [
    .init(
      "run", "Run the daemon.",
      options: [.init("log-format", "logfmt, journal or json", value: "FORMAT", default: "auto")]),
    .init(
      "import", "Import a CSV file.",
      positionals: [
        .init("KIND", "what the file holds", choices: ["customers", "orders"]), .init("FILE", "the file"),
        .init("MORE", "others", count: .any),
      ],
      options: [
        .init("map", "which column holds a field", value: "FIELD=HEADER", isRepeated: true),
        .init("dry-run", "change nothing"),
      ]),
    .init(
      "explain", "Tell why.",
      positionals: [.init("CUSTOMER", "an id"), .init("TRIGGER", "a name", count: .optional)]),
  ],
  commonOptions: [
    .init("config", "the configuration", value: "DIR", default: "config"), .init("json", "print JSON"),
  ])

@Suite struct ArgumentsTests {
  private func parse(_ line: String) throws -> Arguments {
    guard case .run(let arguments) = try Arguments.parse(line.split(separator: " ").map(String.init), spec)
    else {
      Issue.record("not a command: \(line)")
      throw UsageError("", "")
    }
    return arguments
  }

  @Test func `options stand anywhere and have defaults`() throws {
    let arguments = try parse("import --map a=A orders --dry-run x.csv --map=b=B y.csv --config etc -- --z")
    #expect(arguments.command == "import")
    #expect(arguments.positionals == ["orders", "x.csv", "y.csv", "--z"])
    #expect(arguments.values("map") == ["a=A", "b=B"])
    #expect(arguments.has("dry-run"))
    #expect(!arguments.has("json"))
    #expect(arguments["config"] == "etc")
    #expect(try parse("run")["config"] == "config")
    #expect(try parse("run --log-format=json")["log-format"] == "json")
    #expect(try parse("explain ann").positionals == ["ann"])
    #expect(try parse("explain -").positionals == ["-"])
  }

  @Test(arguments: [
    ("", "no command given\nTry 'reprise --help'."),
    ("rum", "unknown command 'rum'; did you mean 'run'?\nTry 'reprise --help'."),
    ("--json run", "a command must come first, not '--json'\nTry 'reprise --help'."),
    ("run --jsno", "unknown option '--jsno'; did you mean '--json'?\nTry 'reprise run --help'."),
    ("run -x", "unknown option '-x'\nTry 'reprise run --help'."),
    ("run --config", "'--config' needs a value: --config DIR\nTry 'reprise run --help'."),
    ("run --json=1", "'--json' takes no value\nTry 'reprise run --help'."),
    ("run --config a --config b", "'--config' is given twice\nTry 'reprise run --help'."),
    ("run now", "unexpected argument 'now'\nTry 'reprise run --help'."),
    ("explain", "CUSTOMER is missing\nTry 'reprise explain --help'."),
    (
      "import order x",
      "KIND is 'order', but must be one of customers, orders; did you mean 'orders'?\nTry 'reprise import --help'."
    ),
    ("import orders", "FILE is missing\nTry 'reprise import --help'."),
  ])
  func `a wrong command line says what is wrong`(line: String, text: String) {
    let error = #expect(throws: UsageError.self) { try parse(line) }
    #expect(error?.description == text)
    #expect(ExitCode.usage.rawValue == 64)
  }

  @Test func `help is aligned`() throws {
    #expect(
      try Arguments.parse(["--help"], spec)
        == .print(
          """
          reprise: brings customers back

          Usage: reprise COMMAND [ARGUMENTS] [OPTIONS]

          Commands:
            run      Run the daemon.
            import   Import a CSV file.
            explain  Tell why.

          Options of every command:
            --config DIR  the configuration (default config)
            --json        print JSON

          'reprise COMMAND --help' tells about one command.

          """))
    let help = """
      Import a CSV file.

      Usage: reprise import customers|orders FILE [MORE...] [OPTIONS]

      Arguments:
        KIND  what the file holds
        FILE  the file
        MORE  others

      Options:
        --map FIELD=HEADER  which column holds a field; may be repeated
        --dry-run           change nothing
        --config DIR        the configuration (default config)
        --json              print JSON

      """
    #expect(try Arguments.parse(["import", "--help"], spec) == .print(help))
    #expect(try Arguments.parse(["--version"], spec) == .print("reprise 1.0\n"))
  }
}
