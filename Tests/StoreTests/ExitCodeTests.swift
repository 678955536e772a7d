import Platform
import Store
import Testing

@Suite struct ExitCodeTests {
  @Test func `every exit code that an error gives is one of the program's`() {
    let stores: [StoreError] = [
      .invalidURL("x"), .noBackup(path: "x", reason: "y"), .absent(path: "x"),
      .locked(path: "x", holder: nil),
      .io(path: "x", reason: "y"),
    ]
    let controls: [ControlError] = [
      .notRunning(path: "x"), .denied(path: "x"), .inUse(path: "x"), .invalidPath("x"), .closed,
      .tooLong(limit: 1),
    ]
    let files = [FileError("x", .notFound), FileError("x", .notUTF8), FileError("x", .diskFull)]
    for (code, error) in stores.map({ ($0.exitCode, "\($0)") }) + controls.map({ ($0.exitCode, "\($0)") })
      + files.map({ ($0.exitCode, "\($0)") })
    {
      #expect(ExitCode(rawValue: code)?.rawValue == code, "\(code): \(error)")
    }
  }
}
