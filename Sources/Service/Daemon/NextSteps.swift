/// What to try with a daemon that has just started: commands that work as they stand for the way it was started.
package struct NextSteps: Sendable {
  /// The program as it was called, `.build/release/reprise`.
  package var program: String
  /// The options by which a command finds this daemon: `["--var", "./var"]`.
  package var options: [String]
  /// Where events come in, `127.0.0.1:8750`; `nil` when nothing listens.
  package var address: String?
  /// What is signed in with; `nil` when no key is accepted.
  package var writeKey: WriteKeyPlace?
  package var configuration: String
  /// A customer who is there, a template and a trigger of the configuration; `nil` when there is none.
  package var customer: String?
  package var template: String?
  package var trigger: String?
  /// The file of that trigger.
  package var triggerFile: String?
  package var currency: String
  /// Where messages are written; `nil` when they are sent.
  package var capture: String?
  package var pid: Int32

  package init(
    program: String, options: [String], address: String?, writeKey: WriteKeyPlace?, configuration: String,
    customer: String?, template: String?, trigger: String?, triggerFile: String?, currency: String,
    capture: String?, pid: Int32
  ) {
    self.program = program
    self.options = options
    self.address = address
    self.writeKey = writeKey
    self.configuration = configuration
    self.customer = customer
    self.template = template
    self.trigger = trigger
    self.triggerFile = triggerFile
    self.currency = currency
    self.capture = capture
    self.pid = pid
  }
}
