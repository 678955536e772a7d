import Domain
import Testing

struct FullNameTests {
  @Test(arguments: [
    ("Ada Lovelace", "Ada", "Lovelace"), ("Ada", "Ada", nil), ("王小明", "王小明", nil), ("王 小明", "小明", "王"),
    ("Smith, John", "John", "Smith"), ("van der Berg, Anna Maria", "Anna Maria", "van der Berg"),
    ("王，小明", "小明", "王"), ("John Smith, Jr.", "John", "Smith, Jr."), ("John Smith, PhD", "John", "Smith, PhD"),
    ("Smith,John", "John", "Smith"), ("Smith,", "Smith", nil), (", John", "John", nil),
    ("Smith, John, Mr.", "Smith, John,", "Mr."),
  ])
  func `a full name is split where its writer would split it`(text: String, first: String, last: String?) {
    #expect(FullName(text)?.first == first)
    #expect(FullName(text)?.last == last)
  }

  @Test(arguments: ["", "  ", "\u{3000}", "\u{200B}", ",", " ， "])
  func `a text that shows nothing is no name`(text: String) {
    #expect(FullName(text) == nil)
  }
}
