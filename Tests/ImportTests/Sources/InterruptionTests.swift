import Glibc
import ImportSupport
import Platform
import Support
import Testing

@testable import Import

/// A daemon that is being stopped waits for no file of many gigabytes to be looked through.
struct InterruptionTests {
  @Test(arguments: [
    ("id\na\n", nil as TextEncoding?), ("id\na\n", .windows1252), ("id\nJos\u{E9}\n", nil),
    ("id,birthday\na,1990-05-06\n", .utf8),
  ])
  func `a cancelled task reads no further`(text: String, encoding: TextEncoding?) async throws {
    let bench = try ImportBench()
    let path = try bench.file(
      encoding == nil && text.contains("\u{E9}")
        ? text.unicodeScalars.map { UInt8($0.value) } : Array(text.utf8))
    var options = ImportOptions(kind: .customers)
    options.encoding = encoding
    let importer = Importer(
      path: path, options: options, context: ImportBench.context(), sink: RecordingSink())
    let reading = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await importer.run()
    }
    await #expect { try await reading.value } throws: { "\($0)".contains("Operation canceled") }
    let identifying = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try importer.fingerprint()
    }
    await #expect { try await identifying.value } throws: { "\($0)".contains("Operation canceled") }
  }
}
