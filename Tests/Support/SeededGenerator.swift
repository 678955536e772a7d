import Glibc

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed on every machine, so that a failure can
/// be seen again. Not for anything that must not be guessed.
package struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible, Sendable {
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// With the seed in `REPRISE_TEST_SEED`, else with a new one at every run; a failing test prints the generator.
  package init() {
    let given = getenv("REPRISE_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    self.init(seed: given ?? .random(in: 0 ... .max))
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package var description: String { "run again with REPRISE_TEST_SEED=\(seed)" }
}
