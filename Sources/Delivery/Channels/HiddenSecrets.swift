/// Finds secrets in untrusted text, in plain or encoded form.
///
/// Looks for them in plain text, in Base64 (also inside something longer, and as `user:password`), and any of these in
/// JSON, HTML or URL escapes, also nested; whole, or any run of at least 12 bytes. Ignores secrets under 4 bytes, and
/// what follows the first 16 KB of a longer one.
struct HiddenSecrets: Sendable {
  static let replacement = Array("<secret>".utf8)
  private static let shortest = 4
  private static let longest = 16 << 10

  /// Enough bytes of a secret to distinguish it from an ordinary word.
  private struct Run: Hashable {
    static let length = 12
    private let first: UInt64
    private let last: UInt32

    init(_ bytes: ArraySlice<UInt8>) {
      first = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      last = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  /// Decoded in this order, outermost first. Twice JSON, since a JSON text may contain JSON.
  private static let layers: [SpelledBytes.Escapes] = [.json, .json, .html, .percent]

  /// All runs of the long secrets.
  private var runs: Set<Run> = []
  /// The secrets shorter than a run.
  private var short: [[UInt8]] = []

  init(_ secrets: [String]) {
    for secret in secrets where secret.utf8.count >= Self.shortest {
      let secret = Array(secret.utf8.prefix(Self.longest))
      for spelling in [secret] + Self.base64(secret) { add(spelling) }
    }
  }

  private mutating func add(_ spelling: [UInt8]) {
    if spelling.count >= Run.length {
      for start in 0...(spelling.count - Run.length) {
        runs.insert(Run(spelling[start...].prefix(Run.length)))
      }
    } else if spelling.count >= Self.shortest {
      short.append(spelling)
    }
  }

  /// The Base64 digits of the secret in each of its three alignments: once only those that depend on the secret alone,
  /// and once all of them, for when nothing follows it.
  private static func base64(_ secret: [UInt8]) -> [[UInt8]] {
    var spellings: [[UInt8]] = []
    for before in 0..<3 {
      let bits = (before + secret.count) * 8
      let bytes = [UInt8](repeating: 0, count: before) + secret
      let standard = Array(Base64.text(bytes, isPadded: false).utf8)
      let urlSafe = Array(Base64.text(bytes, .urlSafe).utf8)
      for text in standard == urlSafe ? [standard] : [standard, urlSafe] {
        spellings += [bits / 6, text.count].map { Array(text[((before * 8 + 5) / 6)..<$0]) }
      }
    }
    return spellings
  }

  /// The text with `<secret>` in place of what was found. Takes linear time in the length of the text, once more for
  /// each secret shorter than a run.
  func hide(in text: [UInt8]) -> [UInt8] {
    guard !runs.isEmpty || !short.isEmpty else { return text }
    var isHidden = [Bool](repeating: false, count: text.count)
    var spelled = SpelledBytes(text)
    mark(spelled, &isHidden)
    for escapes in Self.layers {
      spelled = spelled.reading(escapes)
      mark(spelled, &isHidden)
    }
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    for position in text.indices {
      if !isHidden[position] {
        out.append(text[position])
      } else if position == 0 || !isHidden[position - 1] {
        out += Self.replacement
      }
    }
    return out
  }

  private func mark(_ spelled: SpelledBytes, _ isHidden: inout [Bool]) {
    func hide(_ range: Range<Int>) {
      for position in spelled.source(of: range) { isHidden[position] = true }
    }
    let bytes = spelled.bytes
    for start in bytes.indices {
      let end = start + Run.length
      if !runs.isEmpty, end <= bytes.count, runs.contains(Run(bytes[start..<end])) { hide(start..<end) }
      for secret in short where bytes[start] == secret[0] && bytes[start...].starts(with: secret) {
        hide(start..<(start + secret.count))
      }
    }
  }
}
