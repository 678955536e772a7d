import Support
import Testing

@Test func `a started program gets its input and gives back both outputs and its status`() throws {
  let big = [UInt8](repeating: 97, count: 300_000)
  let result = try spawn(
    ["sh", "-c", "cat; echo $WORD >&2; exit 3"], input: big, environment: ["WORD": "mind"])
  #expect(result.status == 3)
  #expect(result.output == big)
  #expect(result.errorText == "mind\n")
}

@Test func `a program that is not installed is named`() {
  #expect(throws: SpawnError(program: "no-such-program", code: 2)) { try spawn(["no-such-program"]) }
  #expect(
    SpawnError(program: "ruby", code: 2).description
      == "cannot start 'ruby': No such file or directory; `make test` installs what the tests need")
}
