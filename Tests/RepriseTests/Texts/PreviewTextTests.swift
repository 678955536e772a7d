import Domain
import Operations
import Testing

@testable import reprise

struct PreviewTextTests {
  @Test func `a preview shows who gets what`() throws {
    let answer = try JSON.parse(
      #"""
      {"trigger":"welcome","step":"1","channel":"email","to":"ann@tea.example","to_name":"Ann","text":"Hi Ann,\nthanks.",
       "purpose":"marketing","subject":"谢谢","preheader":"","unsubscribe_url":"https://hello.example/u/T"}
      """#)
    #expect(
      PreviewText.text(try PreviewAnswer(json: answer), style: .plain) == """
        from         step 1 of welcome, marketing
        channel      email
        to           Ann, ann@tea.example
        subject      谢谢
        unsubscribe  https://hello.example/u/T

        Hi Ann,
        thanks.

        """)
  }

  @Test func `a message without a subject is paid by its parts`() {
    let preview = PreviewAnswer(
      trigger: "welcome", step: "1", channel: "sms", to: "+8613800000000", toName: "", text: "Hi",
      purpose: .service)
    #expect(
      PreviewText.text(preview, style: .plain) == """
        from         step 1 of welcome, service
        channel      sms
        to           +8613800000000
        parts        1 part of GSM-7, room for 158 more letters

        Hi

        """)
  }
}
