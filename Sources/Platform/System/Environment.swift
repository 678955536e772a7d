internal import Glibc

/// A set of environment variables as a value, so that tests can pass their own.
package struct Environment: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  package var values: [ExactText: String]

  package init(_ values: [ExactText: String]) { self.values = values }

  package init(dictionaryLiteral elements: (String, String)...) {
    values = Dictionary(texts: elements)
  }

  /// The variables this process was started with.
  ///
  /// Read from the kernel's copy, because the C library's list may change while it is read.
  package static let process: Environment = {
    guard let bytes = try? Files.read("/proc/self/environ", limit: 8 << 20) else { return [:] }
    var values: [ExactText: String] = [:]
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      values[name] = String(decoding: entry[entry.index(after: equals)...], as: UTF8.self)
    }
    return Environment(values)
  }()

  /// The value of a variable; `nil` if it is not set. An empty value is a value.
  package subscript(name: String) -> String? { values[name] }
}
