internal import Domain
internal import Glibc
internal import Operations
internal import Platform
internal import Service

/// `reprise send-test CHANNEL --to ADDRESS`: sends one real message, bypassing the ledger.
enum SendTestCommand: Command {
  static let spec = CommandLineSpec.Command(
    "send-test", "Send one message to an address of your own, to see whether a channel works",
    positionals: [.init("CHANNEL", "its name in reprise.yaml")],
    options: [
      .init(
        "to", "where to: a mail address, a phone number, whatever the channel delivers to", value: "ADDRESS"),
      .init("template", "this template instead of a line of text", value: "NAME"),
      .init("customer", "with the data of this customer; needed with --template", value: "ID"),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let arguments = invocation.arguments
    guard let to = arguments["to"] else { throw UsageError("--to ADDRESS is missing", "reprise send-test") }
    let request = SendTestRequest(
      channel: ChannelName(arguments.positionals[0]), to: to, template: arguments["template"],
      customer: arguments["customer"])
    guard (request.template == nil) == (request.customer == nil) else {
      throw UsageError("--template and --customer go together", "reprise send-test")
    }
    let reply = try await invocation.client.perform(request)
    if let sample = reply.answer.sample { Console.complain(MadeUpText.text(sample)) }
    invocation.show(reply) { _ in TestMessageText.text(reply.answer) }
    return exitCode(of: reply.answer.outcome)
  }

  private static func exitCode(of outcome: OutcomeClass) -> Int32 {
    switch outcome {
    case .accepted: EXIT_SUCCESS
    case .permanent, .badAddress: EX_DATAERR
    case .configurationFault: EX_CONFIG
    case .temporary, .throttled, .providerFault, .released: EX_TEMPFAIL
    case .ambiguous: EX_IOERR
    }
  }
}
