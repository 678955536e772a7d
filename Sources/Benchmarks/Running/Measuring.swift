internal import Glibc
internal import Platform

/// Progress messages; standard output is only for figures.
enum StandardError {
  /// Writes one line.
  static func say(_ text: String) { write("\(text)\n") }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension [Double] {
  /// The middle value, or the mean of the middle two. 0 if empty.
  var median: Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

/// The seconds that `body` took.
func seconds(_ body: () async throws -> Void) async throws -> Double {
  let start = SystemTime.monotonic()
  try await body()
  return (SystemTime.monotonic() - start).seconds
}

/// Runs two things alternately, so that a busy moment of the machine affects both.
///
/// - Returns: the results of each round.
func alternate(
  rounds: Int, _ first: (Int) async throws -> Double, _ second: (Int) async throws -> Double
) async throws -> (first: [Double], second: [Double]) {
  var found: (first: [Double], second: [Double]) = ([], [])
  for round in 0..<rounds {
    found.first.append(try await first(round))
    found.second.append(try await second(round))
  }
  return found
}

enum Measuring {
  /// Bytes this process has passed to `write` so far; 0 if the kernel does not report it.
  static var bytesWritten: Double {
    let text = (try? Files.readText("/proc/self/io")) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("wchar:") }
    return line.flatMap { Double($0.dropFirst("wchar: ".utf8.count)) } ?? 0
  }
}
