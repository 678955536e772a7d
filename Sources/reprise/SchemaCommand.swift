internal import Configuration
internal import Delivery
internal import Import
internal import Platform
internal import Service

/// `reprise schema`: the configuration language, for editors and readers.
enum SchemaCommand: Command {
  static let spec = CommandLineSpec.Command(
    "schema", "Print the JSON Schema of a configuration file, or the reference of all of them",
    positionals: [
      .init(
        "FILE", "reprise.yaml if not given", count: .optional, choices: ["settings", "trigger", "segment"])
    ],
    options: [.init("markdown", "the reference of all files, in Markdown")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    if invocation.arguments.has("markdown") {
      Console.write(
        ConfigurationReference.markdown(
          AdapterRegistry.channel, sources: SourceSettings.shape,
          channelNames: ChannelNameReference.markdown()))
    } else if invocation.arguments.positionals.first == "trigger" {
      Console.write(ConfigurationSchemas.trigger)
    } else if invocation.arguments.positionals.first == "segment" {
      Console.write(ConfigurationSchemas.segment)
    } else {
      Console.write(ConfigurationSchemas.settings(AdapterRegistry.channel, sources: SourceSettings.shape))
    }
    return 0
  }
}
