/// Places where tests of the whole program make it trap. Nothing of them is in a release build.
package enum CrashPoint {
  #if DEBUG
    private static let wanted = Environment.process["REPRISE_TRAP"]

    /// Traps when `REPRISE_TRAP` is `PLACE=SUBJECT`.
    package static func pass(_ place: StaticString, _ subject: @autoclosure () -> String) {
      guard let wanted, wanted.hasPrefix("\(place)="), wanted == "\(place)=\(subject())" else { return }
      fatalError("a trap that was asked for")
    }
  #else
    @inlinable
    package static func pass(_ place: StaticString, _ subject: @autoclosure () -> String) {}
  #endif
}
