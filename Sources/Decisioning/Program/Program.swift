package import Domain
package import Templates

/// Everything that decides who gets what and when: the operator's checked configuration, without the delivery
/// of messages, plus the keys and salt of the shop's store.
///
/// A value, built as a whole and replaced as a whole by a reload. All copies share one allocation: every decision
/// keeps a copy, and threads would contend for the reference counts of every part.
package struct Program: Sendable {
  private struct Parts: Sendable {
    var draft: ProgramDraft
    var links: LinkSigner
    var holdoutSalt: String
    var recordGap: RecordGap?
  }

  private var shared: Shared<Parts>

  init(draft: ProgramDraft, links: LinkSigner, holdoutSalt: String, recordGap: RecordGap?) {
    shared = Shared(Parts(draft: draft, links: links, holdoutSalt: holdoutSalt, recordGap: recordGap))
  }

  package var brand: Brand {
    get { shared.value.draft.brand }
    set { shared = shared.with { $0.draft.brand = newValue } }
  }
  package var channels: [ChannelName: ChannelPolicy] {
    get { shared.value.draft.channels }
    set { shared = shared.with { $0.draft.channels = newValue } }
  }
  package var limits: Limits {
    get { shared.value.draft.limits }
    set { shared = shared.with { $0.draft.limits = newValue } }
  }
  /// By id.
  package var triggers: [TriggerID: Trigger] {
    get { shared.value.draft.triggers }
    set { shared = shared.with { $0.draft.triggers = newValue } }
  }
  /// By name without extensions, `cart/reminder`.
  package var templates: [ExactText: MessageTemplate] {
    get { shared.value.draft.templates }
    set { shared = shared.with { $0.draft.templates = newValue } }
  }
  /// Fragments that templates include with `render`.
  package var partials: TemplateLibrary { shared.value.draft.partials }
  /// Segments and measures.
  package var audience: AudienceRules {
    get { shared.value.draft.audience }
    set { shared = shared.with { $0.draft.audience = newValue } }
  }
  /// The names that segments, measures and the like add to customers.
  var customerNames: [CustomerName] { shared.value.draft.audience.names }
  package var zones: ZoneCatalog { shared.value.draft.zones }
  package var links: LinkSigner {
    get { shared.value.links }
    set { shared = shared.with { $0.links = newValue } }
  }
  /// Makes the holdout groups specific to this shop; stable across restarts.
  package var holdoutSalt: String {
    get { shared.value.holdoutSalt }
    set { shared = shared.with { $0.holdoutSalt = newValue } }
  }
  /// What fell due in this period may have been sent, and is not sent again; `nil` if the store was never
  /// restored.
  package var recordGap: RecordGap? {
    get { shared.value.recordGap }
    set { shared = shared.with { $0.recordGap = newValue } }
  }

  /// Whether this is an unmodified copy of the other.
  package func isIdentical(to other: Program) -> Bool { shared === other.shared }

  /// The customer's own zone, or the shop's if it is missing or unknown.
  package func zone(of customer: Customer) -> TimeZoneRules { zone(named: customer.timeZone) }

  func zone(named name: String?) -> TimeZoneRules { name.flatMap { zones[$0] } ?? brand.zone }
}
