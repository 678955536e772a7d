import Platform
import Service
import Testing

struct PreviewTextTests {
  @Test func `a preview shows who gets what`() throws {
    let preview = try JSON.parse(
      #"""
      {"trigger":"welcome","step":"1","channel":"email","to":"ann@tea.example","to_name":"Ann","text":"Hi Ann,\nthanks.",
       "purpose":"marketing","subject":"谢谢","preheader":"","unsubscribe_url":"https://hello.example/u/T"}
      """#)
    #expect(
      PreviewText.text(preview, parts: nil, style: .plain) == """
        from         step 1 of welcome, marketing
        channel      email
        to           Ann, ann@tea.example
        subject      谢谢
        unsubscribe  https://hello.example/u/T

        Hi Ann,
        thanks.

        """)
  }
}
