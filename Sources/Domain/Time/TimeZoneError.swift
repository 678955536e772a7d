/// Why a time zone cannot be used. All are misconfigurations: of a name, or of the machine's tzdata.
package enum TimeZoneError: Error, Equatable, CustomStringConvertible {
  /// Not in the form of an IANA name.
  case malformedName(String)
  /// Well-formed, but the machine has no such zone; thrown by the code that reads the files.
  case unknown(String)
  /// Not a TZif file, or a damaged one.
  case damaged(name: String, problem: String)
  /// A zone of the `right/` tree, whose times count leap seconds.
  case countsLeapSeconds(String)

  package var description: String {
    switch self {
    case .malformedName(let name):
      "time zone \"\(name)\" is not an IANA name: write one such as Asia/Shanghai or Europe/Berlin"
    case .unknown(let name):
      "time zone \"\(name)\" is unknown on this machine: write an IANA name such as Asia/Shanghai, "
        + "or update the package tzdata"
    case .damaged(let name, let problem):
      "time zone \"\(name)\": its file is damaged (\(problem)): reinstall the package tzdata"
    case .countsLeapSeconds(let name):
      "time zone \"\(name)\" counts leap seconds: use the zone of the same name outside right/"
    }
  }
}

/// The syntax of time zone names.
package enum TimeZoneName {
  /// Whether `name` has the form of an IANA name and is safe as a path below the zone directory: 1 to 64
  /// letters, digits, `_`, `+`, `-`, and `/` only between two others. Does not check whether the zone exists.
  package static func isWellFormed(_ name: String) -> Bool {
    let bytes = name.utf8.span
    guard (1...64).contains(bytes.count) else { return false }
    var afterSlash = true
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == ASCII.slash {
        guard !afterSlash else { return false }
        afterSlash = true
      } else {
        guard
          ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == ASCII.underscore || byte == ASCII.plus
            || byte == ASCII.minus
        else { return false }
        afterSlash = false
      }
    }
    return !afterSlash
  }
}
