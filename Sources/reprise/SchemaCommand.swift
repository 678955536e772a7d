internal import Configuration
internal import Delivery
internal import Platform
internal import Service

/// `reprise schema`: the configuration language, for editors and for readers.
enum SchemaCommand: Command {
  static let spec = CommandLineSpec.Command(
    "schema", "Print the JSON Schema of a configuration file, or the reference of all of them",
    positionals: [
      .init(
        "FILE", "reprise.yaml if not given", count: .optional, choices: ["settings", "trigger", "template"])
    ],
    options: [.init("markdown", "the reference of all files, in Markdown")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let files = [
      (
        name: "settings", title: "reprise.yaml", schema: ConfigurationSchema.settings(AdapterRegistry.channel)
      ),
      (name: "trigger", title: "triggers/NAME.yaml", schema: ConfigurationSchema.trigger),
      (
        name: "template", title: "the head of templates/NAME.KIND.liquid",
        schema: ConfigurationSchema.template
      ),
    ]
    if invocation.arguments.has("markdown") {
      Console.write(ReferenceText.markdown(files.map { ($0.title, $0.schema) }))
      return 0
    }
    let wanted = invocation.arguments.positionals.first ?? "settings"
    for file in files where file.name == wanted {
      Console.write(JSONSchema.text(of: file.schema, title: "Reprise: \(file.title)"))
    }
    return 0
  }
}
