import Glibc

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed on every machine, so that a failure can
/// be repeated. Not for anything that must not be guessed.
///
/// Every randomised test draws from it and prints it when it fails. `REPRISE_TEST_SEED` sets the seed of all tests,
/// `REPRISE_TEST_LENGTH` how long they go on; see `rounds`.
package struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible, Sendable {
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// With the seed in `REPRISE_TEST_SEED`, else with `usual`, else with a new one at every run.
  package init(usual: UInt64? = nil) {
    self.init(seed: Self.given ?? usual ?? Self.ofThisRun)
  }

  /// The arguments of a test that runs with several seeds: so many from that in `REPRISE_TEST_SEED` on, else from 1 on.
  package static func seeds(_ count: Int) -> [UInt64] {
    (0..<UInt64(rounds(count))).map { (given ?? 1) &+ $0 }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package var description: String { "run again with REPRISE_TEST_SEED=\(seed)" }

  private static let given = getenv("REPRISE_TEST_SEED").flatMap { UInt64(String(cString: $0)) }

  /// Printed at once: a test that ends the process prints nothing more.
  private static let ofThisRun: UInt64 = {
    let seed = UInt64.random(in: 0 ... .max)
    let line = Array("random tests: REPRISE_TEST_SEED=\(seed)\n".utf8)
    _ = write(2, line, line.count)
    return seed
  }()
}

/// How often a randomised test tries: `usual` times the factor in `REPRISE_TEST_LENGTH`, which is 1 when it is not set.
/// `100` is for a night, `0.1` for a quick look; never less than once.
package func rounds(_ usual: Int) -> Int {
  let factor = getenv("REPRISE_TEST_LENGTH").flatMap { Double(String(cString: $0)) } ?? 1
  return max(1, Int((Double(usual) * factor).rounded()))
}
