package import Domain
package import Templates

/// The checked part of a program that comes from the configuration.
///
/// Becomes a `Program` with the keys and the salt of a shop's store.
package struct ProgramDraft: Sendable {
  package var brand: Brand
  package var channels: [ChannelName: ChannelPolicy]
  package var limits: Limits
  /// By id.
  package var triggers: [TriggerID: Trigger]
  /// By name without extensions, `cart/reminder`.
  package var templates: [ExactText: MessageTemplate]
  /// Fragments that templates include with `render`.
  package var partials: TemplateLibrary
  package var zones: ZoneCatalog
  /// The prefix of links in messages, without a trailing slash.
  package var publicURL: String
  /// Segments and measures.
  package var audience: AudienceRules

  package init(
    brand: Brand, channels: [ChannelName: ChannelPolicy], limits: Limits, triggers: [TriggerID: Trigger],
    templates: [ExactText: MessageTemplate], partials: TemplateLibrary, zones: ZoneCatalog, publicURL: String,
    audience: AudienceRules = .none
  ) {
    self.audience = audience
    self.brand = brand
    self.channels = channels
    self.limits = limits
    self.triggers = triggers
    self.templates = templates
    self.partials = partials
    self.zones = zones
    self.publicURL = publicURL
  }

  /// - Parameters:
  ///   - linkKey: signs the links in messages.
  ///   - holdoutSalt: makes the holdout groups specific to this shop; must not change.
  ///   - recordGap: the period for which the store has lost its record; `nil` if it was never restored.
  package func program(
    linkKey: LinkSigner.SigningKey, holdoutSalt: String, recordGap: RecordGap? = nil
  ) -> Program {
    Program(
      draft: self, links: LinkSigner(publicURL: publicURL, key: linkKey), holdoutSalt: holdoutSalt,
      recordGap: recordGap)
  }
}
