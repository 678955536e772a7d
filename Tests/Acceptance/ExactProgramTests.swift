import Glibc
import Platform
import Support
import Testing

/// The release program itself: what in it still compares texts by their meaning. The source does not show where the
/// compiler takes an operator of the standard library instead of those of `Sources/Text`.
struct ExactProgramTests {
  /// Only a program with the runtime in it holds the operators; a debug build calls them through generic code.
  private static let canBeRead: Bool = {
    guard Program.isWhole else {
      print("not looked at, as it is no release build: \((try? Program.path()) ?? "no program")")
      return false
    }
    guard access("/usr/bin/objdump", X_OK) == 0 else {
      print("not looked at, as there is no objdump: apt-get install binutils")
      return false
    }
    return true
  }()

  @Test(.enabled(if: Self.canBeRead, "needs a release program and objdump"))
  func `the program compares no text by its meaning`() async throws {
    let answer = try await Answer.of([Repository.path("Tests/Acceptance/comparisons.sh"), try Program.path()])
    #expect(answer.status == 0, "\(answer)")
    #expect(
      answer.output == "", "compare bytes, or add what is missing to Sources/Text/ExactContainers.swift")
  }
}
