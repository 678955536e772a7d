import Configuration
import Platform
import Testing

/// A configuration that somebody broke, by mistake or on purpose, and everything `check` says about it.
///
/// The tests of this folder go through the list of bad inputs in its order: the grammar of the files, what stands in
/// values, and what leads out of the directory or gives a secret away. What needs the adapters of the program, such as
/// the command of a program and the rate of a channel, goes on in the tests of Delivery.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// What is wrong.
  let sentence: String
  private let change: @Sendable (inout ShopDirectory) -> Void
  /// All of what is said: headlines, source lines and carets, and the sum.
  private let report: String

  var testDescription: String { sentence }

  init(_ sentence: String, _ change: @escaping @Sendable (inout ShopDirectory) -> Void, says report: String) {
    self.sentence = sentence
    self.change = change
    self.report = report
  }

  /// One part of a file, which must be there, replaced.
  init(
    _ sentence: String, in file: String, _ part: String, to other: String, says report: String
  ) {
    self.init(sentence, { $0.change(file, part, to: other) }, says: report)
  }

  /// Lines more in the trigger, from its third line on.
  init(_ sentence: String, trigger lines: String, says report: String) {
    self.init(
      sentence, in: "triggers/win-back.yaml", "when: {lapsed: 90d}\n", to: "when: {lapsed: 90d}\n\(lines)\n",
      says: report)
  }

  func check() {
    var shop = ShopDirectory()
    change(&shop)
    #expect(shop.report() == report)
  }
}
