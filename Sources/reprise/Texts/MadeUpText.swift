internal import Domain
internal import Operations

/// Says that a message is about made-up data.
enum MadeUpText {
  /// A line for standard error.
  static func text(_ sample: MadeUp, _ trigger: TriggerID? = nil) -> String {
    switch sample.of {
    case .customer:
      "reprise: this is a sample: the customer and what the message is about are made up; --customer ID shows a real one\n"
    case .occasion:
      "reprise: this is a sample: \(trigger.map { "trigger '\($0)'" } ?? "the message") needs \(sample.lacks ?? "something"), which this customer lacks and which was made up\n"
    }
  }
}
