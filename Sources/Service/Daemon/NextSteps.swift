/// Commands to try with a daemon that has just started, ready to use for the way it was started.
package struct NextSteps: Sendable {
  /// The program as it was called, `.build/release/reprise`.
  package var program: String
  /// The options by which a command finds this daemon: `["--var", "./var"]`.
  package var options: [String]
  /// The address for events, `127.0.0.1:8750`; `nil` if nothing listens.
  package var address: String?
  /// Where to find the key for signing in; `nil` if no key is accepted.
  package var writeKey: WriteKeyPlace?
  package var configuration: String
  /// An existing customer, a template and a trigger of the configuration; `nil` if there is none.
  package var customer: String?
  package var template: String?
  package var trigger: String?
  /// The file of that trigger.
  package var triggerFile: String?
  package var currency: String
  /// Where messages are written; `nil` if they are sent.
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
