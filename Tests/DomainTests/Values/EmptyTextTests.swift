import Domain
import Testing

struct EmptyTextTests {
  @Test(arguments: [
    "", " ", "   ", "\t", "\r\n", "\u{B}\u{C}", "\0", "\u{1}\u{1F}\u{7F}", "\u{85}", "\u{A0}",
    "\u{A0} \u{3000}", "\u{200B}",
    "\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}", "\u{AD}", "\u{2028}\u{2029}", "\u{202E}\u{2066}",
    "\u{2000}\u{2009}\u{202F}",
    "\u{180E}", "\u{115F}\u{1160}\u{3164}\u{FFA0}", "\u{FE0F}", "\u{E0020}", "\u{034F}", "\u{2800}",
    "\u{1680}",
  ])
  func `a text in which nothing can be seen is none`(text: String) {
    #expect(text.showsNothing)
    #expect(text.unlessEmpty == nil)
    #expect(Array(text.utf8).withUnsafeBufferPointer { $0.showsNothing })
  }

  @Test(arguments: [
    "a", " a", "\u{A0}王", "0", "-", ".", "é", "\u{301}", "👩‍👧", "\u{200B}b", "ـ", "·", "\u{FFFD}",
  ])
  func `whatever can be seen is a text`(text: String) {
    #expect(!text.showsNothing)
    #expect(text.unlessEmpty == text)
    #expect(Array(text.utf8).withUnsafeBufferPointer { !$0.showsNothing })
  }
}
