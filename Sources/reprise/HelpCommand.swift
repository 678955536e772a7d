internal import Configuration
internal import Delivery
internal import Import
internal import Manual
internal import Operations
internal import Platform
internal import Service

/// `reprise help`: the operators' handbook, and the manual pages made from it.
enum HelpCommand: Command {
  static let spec = CommandLineSpec.Command(
    "help", "List the topics of the handbook, or show one of them or the usage of a command",
    positionals: [.init("TOPIC", "a topic, or a command", count: .optional)],
    options: [.init("man", "the topic as a manual page, for man(1); 'commands' if none is given")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let name = invocation.arguments.positionals.first
    if invocation.arguments.has("man") {
      guard !invocation.wantsJSON else {
        throw UsageError("a manual page has no JSON form; leave out --json or --man", "reprise help")
      }
      Console.write(manualPage(of: try topic(name ?? commands, among: topics.map(\.name))))
    } else if let name, let command = Main.spec.commands.first(where: { $0.name == name }) {
      Console.write(Main.spec.help(for: command))
    } else if let name {
      show(try topic(name, among: topics.map(\.name) + Main.spec.commands.map(\.name)), invocation)
    } else {
      let list = topics.map { TopicListAnswer.Entry(topic: $0.name, summary: $0.summary) }
      invocation.show(TopicListAnswer(topics: list)) { _ in contents }
    }
    return 0
  }

  private static func show(_ topic: Topic, _ invocation: Invocation) {
    let isTerminal = Terminal(descriptor: 1, environment: invocation.environment).isTerminal
    let answer = TopicAnswer(topic: topic.name, summary: topic.summary, markdown: topic.text)
    invocation.show(answer) { style in
      isTerminal
        ? TerminalPage.text(topic.text, width: style.width, usesBold: style.usesColor) : topic.text
    }
  }

  private static let commands = "commands"
  private static let configuration = "configuration"

  /// Generated reference follows the written text.
  private static let topics = Topic.embedded.map { topic in
    switch topic.name {
    case commands: topic.appending(CommandReference.markdown(Main.spec))
    case configuration:
      topic.appending(
        ConfigurationReference.markdown(
          AdapterRegistry.channel, sources: SourceSettings.shape,
          channelNames: ChannelNameReference.markdown()))
    default: topic
    }
  }

  /// - Parameter names: the candidates to suggest for an unknown one.
  private static func topic(_ name: String, among names: [String]) throws -> Topic {
    if let topic = topics.first(where: { $0.name == name }) { return topic }
    throw UsageError("there is no topic '\(name)'", "reprise help", near: name, among: names)
  }

  private static var contents: String {
    let width = topics.map(\.name.utf8.count).max() ?? 0
    let lines = topics.map { "  \(DisplayWidth.pad($0.name, to: width))  \($0.summary)\n" }
    return "'reprise help TOPIC' shows one of these topics, 'reprise --help' lists commands.\n\n"
      + lines.joined()
  }

  /// reprise(8), reprise.yaml(5), and reprise-TOPIC(7) for any other topic.
  private static func manualPage(of topic: Topic) -> String {
    let (name, section, summary) =
      switch topic.name {
      case commands: ("reprise", 8, Main.spec.summary)
      case configuration: ("reprise.yaml", 5, topic.summary)
      default: ("reprise-\(topic.name)", 7, topic.summary)
      }
    let synopsis = topic.name == commands ? ["**reprise** COMMAND [ARGUMENTS] [OPTIONS]"] : []
    return ManualPage.text(
      topic.text, name: name, section: section, summary: summary, synopsis: synopsis, date: Version.date,
      source: "reprise \(Version.text)")
  }
}
