import Manual
import Platform
import Testing

struct CommandReferenceTests {
  @Test func `commands are described by what the command line is read with`() {
    let spec = CommandLineSpec(
      program: "reprise", summary: "brings customers back", version: "1",
      commands: [
        .init(
          "import", "Import a file", positionals: [.init("KIND", "what it is", choices: ["a", "b"])],
          options: [.init("map", "a|b", value: "F=C", isRepeated: true)]),
        .init("version", "Print the version"),
      ], commonOptions: [.init("json", "answer in JSON", default: "no")])
    #expect(
      CommandReference.markdown(spec) == #"""
        ## Options of every command

        | | |
        | --- | --- |
        | `--json` | answer in JSON (default no) |

        ## Commands

        ### import

        Import a file.

        ```sh
        reprise import a|b [OPTIONS]
        ```

        | | |
        | --- | --- |
        | `KIND` | what it is |

        | | |
        | --- | --- |
        | `--map F=C` | a\|b; may be repeated |

        ### version

        Print the version.

        ```sh
        reprise version [OPTIONS]
        ```

        """#)
  }
}
