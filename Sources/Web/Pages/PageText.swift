internal import Domain

/// The texts of the unsubscribe pages.
struct PageText: Sendable {
  let title: String
  let heading: String
  let body: String
  /// The button's label; `nil` if there is nothing to confirm.
  var button: String?

  /// The question before unsubscribing.
  static func ask(_ language: PageLanguage, brand: String, channel: ChannelName) -> PageText {
    switch language {
    case .english:
      PageText(
        title: "Unsubscribe", heading: "Unsubscribe from \(brand)?",
        body: "You will no longer receive marketing \(kind(channel, .english)) from \(brand). "
          + "Messages about your orders still reach you.",
        button: "Unsubscribe")
    case .chinese:
      PageText(
        title: "退订", heading: "要退订 \(brand) 吗？",
        body: "退订后，您将不再收到 \(brand) 的营销\(kind(channel, .chinese))。与您的订单有关的通知不受影响。",
        button: "确认退订")
    }
  }

  static func done(_ language: PageLanguage, brand: String, channel: ChannelName) -> PageText {
    switch language {
    case .english:
      PageText(
        title: "Unsubscribed", heading: "You are unsubscribed",
        body: "You will no longer receive marketing \(kind(channel, .english)) from \(brand).")
    case .chinese:
      PageText(
        title: "已退订", heading: "您已退订", body: "您将不再收到 \(brand) 的营销\(kind(channel, .chinese))。")
    }
  }

  /// For a link in a test message.
  static func test(_ language: PageLanguage, brand: String) -> PageText {
    switch language {
    case .english:
      PageText(
        title: "Test message", heading: "This link is from a test message",
        body:
          "It does nothing: nobody was unsubscribed. In a message to a customer of \(brand) it unsubscribes that "
          + "customer.")
    case .chinese:
      PageText(
        title: "测试消息", heading: "此链接来自测试消息",
        body: "此链接不起作用，没有人被退订。在发给 \(brand) 顾客的消息中，它会为该顾客退订。")
    }
  }

  /// One text for every unusable link, so that it does not reveal why.
  static func unusable(_ language: PageLanguage, brand: String) -> PageText {
    switch language {
    case .english:
      PageText(
        title: "Link not valid", heading: "This link does not work",
        body: "It may be incomplete. Please use the link in the newest message from \(brand), "
          + "or answer that message and ask to be unsubscribed.")
    case .chinese:
      PageText(
        title: "链接无效", heading: "此链接无法使用",
        body: "链接可能不完整。请使用 \(brand) 最近一条消息中的链接，或直接回复该消息要求退订。")
    }
  }

  /// For a choice that could not be stored.
  static func failed(_ language: PageLanguage, brand: String) -> PageText {
    switch language {
    case .english:
      PageText(
        title: "Please try again", heading: "That did not work",
        body: "We could not save your choice just now. Please try again in a few minutes.",
        button: "Try again")
    case .chinese:
      PageText(
        title: "请重试", heading: "操作未成功", body: "暂时无法保存您的选择，请几分钟后再试。", button: "重试")
    }
  }

  /// Recognised by common channel names; other channels get a general word.
  private static func kind(_ channel: ChannelName, _ language: PageLanguage) -> String {
    let (english, chinese) =
      if channel.rawValue.hasPrefix("email") {
        ("emails", "邮件")
      } else if channel.rawValue.hasPrefix("sms") {
        ("text messages", "短信")
      } else {
        ("messages", "消息")
      }
    return language == .english ? english : chinese
  }
}
