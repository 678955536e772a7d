/// Why a time zone cannot be used. All of them are misconfigurations: of a name, or of the machine's tzdata.
package enum TimeZoneError: Error, Equatable, CustomStringConvertible {
  /// Not written like an IANA name.
  case malformedName(String)
  /// Written well, but the machine has no such zone; thrown by whoever reads the files.
  case unknown(String)
  /// The bytes are not a TZif file, or a damaged one.
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

/// The rule for names of time zones.
package enum TimeZoneName {
  /// Whether `name` is written like an IANA name and safe as a path below the zone directory: 1 to 64
  /// letters, digits, `_`, `+`, `-`, and `/` only between two others. Says nothing about whether the zone
  /// exists.
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
