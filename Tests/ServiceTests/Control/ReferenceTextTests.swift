import Configuration
import Service
import Testing

struct ReferenceTextTests {
  @Test func `the reference is one table for each mapping`() {
    let step = Shape<Duration>.mapping(
      "step", .defaulted("after", .duration(), default: "1h", "From the firing on.")
    ) { $0 }
    let trigger = Shape<Bool>.mapping(
      "trigger", .required("on", Shape<Bool>.bool, "One | the other."),
      .required("steps", .list(of: step, minimum: 1), "The messages.")
    ) { on, _ in on }
    #expect(
      ReferenceText.markdown([("`triggers/*.yaml`", trigger.schema)]) == #"""
        # Configuration reference

        Made by `reprise schema --markdown`. Keys in **bold** must be given. Durations carry units (`90s`, `1h30m`, `3d`), clock times are quoted (`"21:00"`), secrets are references (`${credential:NAME}`, `${env:NAME}`).

        ## `triggers/*.yaml`

        | key | value | default | |
        |---|---|---|---|
        | **`on`** | `true` or `false` |  | One \| the other. |
        | **`steps`** | a list: a mapping, see below |  | The messages. |

        ### `steps[]`

        | key | value | default | |
        |---|---|---|---|
        | `after` | a duration such as 90s, 1h30m or 3d | `1h` | From the firing on. |

        """#)
  }

  @Test func `forms of one mapping are told apart by what marks them`() {
    let choice = Shape<Bool>.choice(
      "when",
      [
        ("idle", .mapping("when", .required("idle", Shape<Bool>.bool, "A.")) { $0 }),
        ("lapsed", .mapping("when", .required("lapsed", Shape<Bool>.bool, "B.")) { $0 }),
      ])
    let file = Shape<Bool>.mapping("trigger", .required("when", choice, "What makes it fire.")) { $0 }
    let text = ReferenceText.markdown([("t", file.schema)])
    #expect(text.contains("\n### `when` with `idle`\n"))
    #expect(text.contains("\n### `when` with `lapsed`\n"))
  }
}
