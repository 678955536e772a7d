/// Places where tests of the whole program can make it trap. Compiled out of release builds.
package enum CrashPoint {
  #if DEBUG
    private static let wanted = Environment.process["REPRISE_TRAP"]

    /// Traps if `REPRISE_TRAP` is `PLACE=SUBJECT`.
    package static func pass(_ place: StaticString, _ subject: @autoclosure () -> String) {
      guard let wanted, wanted.hasPrefix("\(place)="), wanted == "\(place)=\(subject())" else { return }
      fatalError("a trap that was asked for")
    }
  #else
    @inlinable
    package static func pass(_ place: StaticString, _ subject: @autoclosure () -> String) {}
  #endif
}
