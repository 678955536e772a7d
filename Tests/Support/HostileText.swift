import Glibc
import Platform

/// Texts that must not be compared for their meaning. Accents that Unicode wants in another order: to find that out,
/// Swift's `String` sorts each run of them, in a time that grows with its square.
package enum HostileText {
  /// A megabyte, for which a comparison takes ten seconds.
  package static let accents = accents(bytes: 1_000_000)
  /// What Unicode takes for the same text.
  package static let turned = String(repeating: "\u{323}\u{301}", count: 250_000)
  /// Where a megabyte is too long to come in at all.
  package static let shorter = accents(bytes: 400_000)

  package static func accents(bytes: Int) -> String { String(repeating: "\u{301}\u{323}", count: bytes / 4) }

  /// é in one piece and of two; equal to Unicode.
  package static let composed = "caf\u{E9}"
  package static let decomposed = "cafe\u{301}"

  /// By how much more processor time `body` takes with `accents` and `turned` than with ASCII of that length.
  package static func extraTime(_ body: (_ text: String, _ other: String) throws -> Void) rethrows -> Duration
  {
    func time(_ text: String, _ other: String) throws -> Duration {
      let began = ProcessorTime.ofThread()
      try body(text, other)
      return ProcessorTime.ofThread() - began
    }
    let plain = try time(
      String(repeating: "x", count: accents.utf8.count), String(repeating: "y", count: accents.utf8.count))
    return try time(accents, turned) - plain
  }

  /// More than a build without optimization needs for its bytes, much less than one comparison.
  package static let limit = Duration.seconds(2)
}

/// What was computed, whatever else the machine does meanwhile.
package enum ProcessorTime {
  /// Of the calling thread so far.
  package static func ofThread() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Of a process so far, in hundredths of a second.
  package static func ofProcess(_ pid: Int32) throws -> Duration {
    // The second field is the name in parentheses, and may hold anything.
    let line = try Files.readText("/proc/\(pid)/stat")
    let fields = line[line.index(after: line.lastIndex(of: ")") ?? line.startIndex)...].split(separator: " ")
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return .zero }
    return .milliseconds((user + system) * 1000 / sysconf(Int32(_SC_CLK_TCK)))
  }
}
