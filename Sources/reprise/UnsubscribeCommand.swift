internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise unsubscribe CUSTOMER CHANNEL`: like the link in a message, for a customer who writes or calls.
enum UnsubscribeCommand: Command {
  static let spec = CommandLineSpec.Command(
    "unsubscribe", "Take back a customer's consent for a channel",
    positionals: [
      .init("CUSTOMER", "the shop's id of the customer"), .init("CHANNEL", "its name in reprise.yaml"),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let (customer, channel) = (invocation.arguments.positionals[0], invocation.arguments.positionals[1])
    let request = UnsubscribeRequest(customer: customer, channel: ChannelName(channel))
    let reply = try await invocation.client.perform(request)
    invocation.show(reply) { _ in
      reply.answer.isChanged
        ? "\(customer) gets no more marketing messages by \(reply.answer.channel)\n"
        : "\(customer) had already unsubscribed from \(reply.answer.channel)\n"
    }
    return 0
  }
}
