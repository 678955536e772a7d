package import Configuration
package import Domain
package import Platform

/// `adapter: exec`: a program of the operator delivers the messages.
package struct ExecSettings: AdapterSettings {
  /// The program's path and arguments, run without a shell.
  package var command: [String]
  package var directory: String?
  package var variables: [(name: String, value: Secret)]
  package var timeout: Duration
  /// Exit statuses after which it is unknown whether the message was delivered; `nil` for every status without a
  /// specific meaning.
  package var ambiguousExits: Set<Int32>?
  package var address: AddressKind
  package var flow: FlowSettings
  package var onAmbiguous: AmbiguousPolicy
  package var addsOptOut: Bool

  package init(
    command: [String], directory: String? = nil,
    variables: [(name: String, value: Secret)] = [],
    timeout: Duration = .seconds(30), ambiguousExits: Set<Int32>? = nil, address: AddressKind = .customerID,
    flow: FlowSettings = FlowSettings(connections: 4), onAmbiguous: AmbiguousPolicy = .park,
    addsOptOut: Bool = false
  ) {
    self.command = command
    self.directory = directory
    self.variables = variables
    self.timeout = timeout
    self.ambiguousExits = ambiguousExits
    self.address = address
    self.flow = flow
    self.onAmbiguous = onAmbiguous
    self.addsOptOut = addsOptOut
  }

  package static let word = "exec"
  package var retry: RetryPolicy { RetryPolicy(onAmbiguous: onAmbiguous) }

  package static let shape = Shape<ExecSettings>.mapping(
    "channel",
    .required(
      "command", command,
      "The program's path and its arguments. It gets the message as JSON on standard input. Exit 0 means delivered, 65"
        + " never, 67 that the address is bad for good (it is suppressed, and the step goes out by its next channel), 75"
        + " try again later; 1, 2, 126 and 127 before anything was read a failure of the program, which is"
        + " tried again; anything else that nobody knows."),
    .optional("directory", .text(maximum: 4096, example: "/var/lib/reprise"), "Where it runs."),
    .optional(
      "environment", .table(of: .programVariable, name: "environment", key: .variableName),
      "Variables for it, beside PATH, LANG and REPRISE_MESSAGE_ID; it sees no others."),
    .defaulted(
      "timeout", .duration(maximum: .seconds(3600), example: "30s"), default: "30s",
      "Then it gets SIGTERM, five seconds later SIGKILL, and nobody knows whether it delivered."),
    .optional(
      "ambiguous_exit", .list(of: .integer(0...255, example: 1), minimum: 0),
      "Exit statuses after which nobody knows whether the message was delivered; any other without a meaning is then a"
        + " failure of the program, which is tried again. A program that was killed is always in doubt."),
    .defaulted(
      "address", .word(), default: "customer_id",
      "What messages are delivered to: the customer's id, email or phone."),
    ChannelKeys.rate, ChannelKeys.connections(default: 4), ChannelKeys.onAmbiguous, ChannelKeys.addsOptOut
  ) {
    command, directory, variables, timeout, ambiguousExits, address, rate, connections, onAmbiguous,
    addsOptOut in
    ExecSettings(
      command: command, directory: directory, variables: (variables ?? []).map { ($0.name.value, $0.value) },
      timeout: timeout, ambiguousExits: ambiguousExits.map { Set($0.map { Int32($0) }) }, address: address,
      flow: FlowSettings(rate, connections: connections),
      onAmbiguous: onAmbiguous, addsOptOut: addsOptOut)
  }

  private static let command = Shape<[String]>.list(
    of: .text(maximum: 4096, emptyAllowed: true, example: "/usr/local/bin/deliver").refusing {
      CommandText.isLiquid($0)
        ? .objection(CommandText.isLiteral, hint: CommandText.inputAdvice) : nil
    }, minimum: 1,
    hint: { CommandText.asList($0) }
  ).refusing(CommandText.objection).lookingForProgram()

  package func adapter(
    for channel: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> any ChannelAdapter {
    ExecAdapter(self)
  }
}

extension Shape where Value == Secret {
  /// The value of an environment variable.
  static var programVariable: Shape {
    let secret = Shape.secret(named: "api_key")
    return Shape(secret.schema) { node, context in
      guard let text = node.scalar?.text, CommandText.isLiquid(text) else {
        return secret.read(node, &context)
      }
      context.report(
        .objection(CommandText.isLiteral, hint: CommandText.inputAdvice), expected: secret.schema.expected,
        node: node)
      return nil
    }
  }
}

extension Shape where Value == String {
  /// The name of an environment variable.
  static var variableName: Shape {
    .text(expected: "the name of a variable", example: "API_KEY", pattern: "^[A-Za-z_][A-Za-z0-9_]*$") {
      (text) throws(ScalarProblem) in
      let bytes = text.utf8
      let isName =
        (1...100).contains(bytes.count) && !(0x30...0x39).contains(bytes.first ?? 0)
        && bytes.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) && $0 != 0x5F - 0x20 || $0 == 0x5F
        }
      guard isName else { throw .mismatch }
      return text
    }
  }
}
