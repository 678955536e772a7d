import Configuration
import Testing

/// What stands in a file, before anybody asks what it means.
struct BadGrammarTests {
  private static let trigger = "triggers/win-back.yaml"

  static let nesting = [
    BadInput(
      "two hundred thousand opening brackets",
      { $0.write(trigger, String(repeating: "[", count: 200_000)) },
      says: """
        config/triggers/win-back.yaml:1:65: error: more than 64 levels inside each other
          1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
            |                                                                 ^
        1 error in 1 file

        """),
    BadInput(
      "a file of more than a megabyte",
      { $0.write(trigger, [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20 + 1)) },
      says: """
        config/triggers/win-back.yaml: error: the file has more than 1048576 bytes
        1 error in 1 file

        """),
  ]

  @Test(arguments: nesting) func `nesting without end is refused at once`(_ input: BadInput) {
    let spent = ContinuousClock().measure { input.check() }
    // A few milliseconds on a quiet machine; the test runs beside others.
    #expect(spent < .seconds(2))
  }

  static let aliases = [
    BadInput(
      "an anchor that holds itself", trigger: "reentry: &a [*a]",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'reentry' must be a duration such as 90s, 1h30m or 3d, not a list
          3 | reentry: &a [*a]
            |          ^~~~~~~
        config/triggers/win-back.yaml:3:10: error: anchors such as '&a' are not used here; remove it
          3 | reentry: &a [*a]
            |          ^~~~
        config/triggers/win-back.yaml:3:14: error: aliases such as '*a' are not used here; repeat the text
          3 | reentry: &a [*a]
            |              ^~
        3 errors in 1 file

        """),
    BadInput(
      "a billion laughs", trigger: "a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\naudience: *c",
      says: """
        config/triggers/win-back.yaml:3:1: error: unknown key 'a' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing, spread, ends_with
          3 | a: &a [lol, lol]
            | ^
        config/triggers/win-back.yaml:3:4: error: anchors such as '&a' are not used here; remove it
          3 | a: &a [lol, lol]
            |    ^~~~
        config/triggers/win-back.yaml:4:1: error: unknown key 'b' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing, spread, ends_with
          4 | b: &b [*a, *a]
            | ^
        config/triggers/win-back.yaml:4:4: error: anchors such as '&b' are not used here; remove it
          4 | b: &b [*a, *a]
            |    ^~~~
        config/triggers/win-back.yaml:4:8: error: aliases such as '*a' are not used here; repeat the text
          4 | b: &b [*a, *a]
            |        ^~
        config/triggers/win-back.yaml:4:12: error: aliases such as '*a' are not used here; repeat the text
          4 | b: &b [*a, *a]
            |            ^~
        config/triggers/win-back.yaml:5:1: error: unknown key 'c' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing, spread, ends_with
          5 | c: &c [*b, *b]
            | ^
        config/triggers/win-back.yaml:5:4: error: anchors such as '&c' are not used here; remove it
          5 | c: &c [*b, *b]
            |    ^~~~
        config/triggers/win-back.yaml:5:8: error: aliases such as '*b' are not used here; repeat the text
          5 | c: &c [*b, *b]
            |        ^~
        config/triggers/win-back.yaml:5:12: error: aliases such as '*b' are not used here; repeat the text
          5 | c: &c [*b, *b]
            |            ^~
        config/triggers/win-back.yaml:6:11: error: aliases such as '*c' are not used here; repeat the text
          6 | audience: *c
            |           ^~
        11 errors in 1 file

        """),
  ]

  @Test(arguments: aliases) func `anchors and aliases are refused`(_ input: BadInput) { input.check() }

  static let duplicates = [
    BadInput(
      "a key that stands twice", trigger: "priority: 10\npriority: 20",
      says: """
        config/triggers/win-back.yaml:4:1: error: key 'priority' stands here twice; the first is on line 3; remove one
          4 | priority: 20
            | ^~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a key that stands twice on one line", in: "reprise.yaml", "url: \"https://sms",
      to: "url: \"https://other.example\", url: \"https://sms",
      says: """
        config/reprise.yaml:13:54: error: key 'url' stands here twice; the first is on line 13; remove one
          13 |   sms: {adapter: http, url: "https://other.example", url: "https://sms.example/send"}
             |                                                      ^~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: duplicates) func `a key stands once`(_ input: BadInput) { input.check() }

  static let documents = [
    BadInput(
      "two triggers in one file", trigger: "---",
      says: """
        config/triggers/win-back.yaml:3:1: error: a second document begins here; a file holds one; put this into a file of its own
          3 | ---
            | ^~~
        1 error in 1 file

        """),
    BadInput(
      "settings behind settings", in: "reprise.yaml", "store:", to: "---\nstore:",
      says: """
        config/reprise.yaml:7:1: error: a second document begins here; a file holds one; put this into a file of its own
          7 | ---
            | ^~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: documents) func `a file holds one document`(_ input: BadInput) { input.check() }

  static let tags = [
    BadInput(
      "a tag that makes other programs run a command",
      trigger: "audience: !!python/object/apply:os.system ls",
      says: """
        config/triggers/win-back.yaml:3:11: error: the tag '!!python/object/apply:os.system' is not used here; remove it
          3 | audience: !!python/object/apply:os.system ls
            |           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a tag of nobody's", trigger: "audience: !shell ls",
      says: """
        config/triggers/win-back.yaml:3:11: error: the tag '!shell' is not used here; remove it
          3 | audience: !shell ls
            |           ^~~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: tags) func `tags are refused`(_ input: BadInput) { input.check() }

  static let characters = [
    BadInput(
      "a NUL in the file", trigger: "audience: customer.id\u{0}",
      says: """
        config/triggers/win-back.yaml:3:22: error: a NUL character cannot stand in a file; remove it
          3 | audience: customer.id�
            |                      ^
        1 error in 1 file

        """),
    BadInput(
      "a NUL by its escape", trigger: "audience: \"customer.id\\0\"",
      says: """
        config/triggers/win-back.yaml:3:11: error: a NUL character cannot stand in a value; remove its escape
          3 | audience: "customer.id\\0"
            |           ^~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a control character of Latin-1", trigger: "audience: customer.id\u{9B}31m",
      says: """
        config/triggers/win-back.yaml:3:22: error: the control character U+009B cannot stand in a file; remove it
          3 | audience: customer.id�31m
            |                      ^
        1 error in 1 file

        """),
    BadInput(
      "the same by its escape", trigger: "audience: \"customer.id\\x9b31m\"",
      says: """
        config/triggers/win-back.yaml:3:11: error: the control character U+009B cannot stand in a value; remove its escape
          3 | audience: "customer.id\\x9b31m"
            |           ^~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "text that runs backwards", trigger: "audience: customer.id\u{202E}",
      says: """
        config/triggers/win-back.yaml:3:22: error: the text direction override U+202E cannot stand in a file; remove it
          3 | audience: customer.id�
            |                      ^
        1 error in 1 file

        """),
    BadInput(
      "the same by its escape, in a name", trigger: "audience: \"x\\u202e\"",
      says: """
        config/triggers/win-back.yaml:3:11: error: the text direction override U+202E cannot stand in a value; remove its escape
          3 | audience: "x\\u202e"
            |           ^~~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: characters) func `what cannot be seen is refused, and not printed`(_ input: BadInput) {
    input.check()
  }

  static let encodings = [
    BadInput(
      "UTF-16, the small end first",
      { $0.write(trigger, [0xFF, 0xFE] + Array("trigger: x\n".utf8).flatMap { [$0, 0] }) },
      says: """
        config/triggers/win-back.yaml:1:1: error: the file is UTF-16; save it as UTF-8
          1 | ��t�r�i�g�g�e�r�:� �x�
            | ^
        1 error in 1 file

        """),
    BadInput(
      "UTF-16, the big end first",
      { $0.write(trigger, [0xFE, 0xFF] + Array("trigger: x\n".utf8).flatMap { [0, $0] }) },
      says: """
        config/triggers/win-back.yaml:1:1: error: the file is UTF-16; save it as UTF-8
          1 | ���t�r�i�g�g�e�r�:� �x�
            | ^
        1 error in 1 file

        """),
    BadInput(
      "Latin-1", { $0.write(trigger, Array("trigger: win_back\n# caf".utf8) + [0xE9, 0x0A]) },
      says: """
        config/triggers/win-back.yaml:2:6: error: byte 0xe9 is not UTF-8; save it as UTF-8
          2 | # caf�
            |      ^
        1 error in 1 file

        """),
  ]

  @Test(arguments: encodings) func `a file is UTF-8`(_ input: BadInput) { input.check() }

  @Test func `the byte order mark of UTF-8 is no mistake`() {
    let shop = ShopDirectory()
    shop.write(Self.trigger, [0xEF, 0xBB, 0xBF] + Array((ShopDirectory.trigger + "\n").utf8))
    #expect(shop.report() == "")
  }
}
