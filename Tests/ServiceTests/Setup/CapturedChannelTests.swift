import Configuration
import Delivery
import Domain
import Platform
import Testing

@testable import Service

struct CapturedChannelTests {
  @Test func `a captured mail comes from the sender of its channel`() async throws {
    let shop = try ShopDirectory()
    try shop.change(
      "email: {adapter: capture, directory: \"\(shop.path)/outbox\", from: \"Tea <hello@tea.example>\"}",
      to:
        "email: {adapter: smtp, url: \"smtps://smtp.example\", from: \"Hill Tea <hi@hill.example>\", reply_to: service@hill.example}"
    )
    var options = shop.options
    options.capture = shop.path + "/captured"
    let open = try await OpenShop.open(options, log: .silent)
    let email = try #require(open.settings.channels.first { $0.name == "email" })
    let channel = try email.adapter.makeChannel(
      "email", capture: options.capture, transfers: try TransferEngine(), program: open.shop.current.program)
    let message = ClaimedMessage(
      key: 0, uid: "00", token: ClaimToken(bytes: [UInt8](repeating: 0, count: 16)), attempt: 1, trigger: "w",
      customer: CustomerKey(0), channel: "email", step: "1", dueAt: Instant(milliseconds: 0),
      expiresAt: Instant(milliseconds: 1),
      content: MessageContent(to: "ann@customers.example", subject: "Hi", text: "Hi", purpose: .service))
    let form = try channel.adapter.preview(message, at: Instant(milliseconds: 0))
    let mail = String(decoding: form.bytes, as: UTF8.self)
    #expect(
      mail.contains("\r\nFrom: Hill Tea <hi@hill.example>\r\nReply-To: service@hill.example\r\n"), "\(mail)")
    await open.close()
  }
}
