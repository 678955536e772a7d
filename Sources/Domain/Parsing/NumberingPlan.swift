/// Rules for telephone numbers by country: which calling codes exist (ITU-T E.164), and how many digits
/// follow in countries with nearly uniform lengths. Elsewhere any length is accepted.
enum NumberingPlan {
  /// - Parameter number: the digits after the `+`.
  static func check(_ number: [UInt8]) throws(PhoneSyntaxError) {
    guard let length = codeLength(of: number) else { throw .unassigned }
    let code = String(decoding: number[..<length], as: UTF8.self)
    let national = number[length...]
    func at(_ offset: Int) -> UInt8 { national[national.startIndex + offset] }
    guard let expected = expected(national, behind: code) else { return }
    guard expected.contains(national.count) else {
      throw .notInPlan(code: code, digits: national.count, expected: expected)
    }
    // North America: neither area code nor exchange starts with 0 or 1.
    if code == "1", at(0) < 0x32 || at(3) < 0x32 { throw .noSuchNumber(code: code) }
  }

  private static func expected(_ national: ArraySlice<UInt8>, behind code: String) -> ClosedRange<Int>? {
    // Chinese mobile numbers start with 13 to 19; 10 is Beijing.
    if code == "86" {
      let isMobile = national.first == 0x31 && national.dropFirst().first.map { $0 > 0x32 } == true
      return isMobile ? 11...11 : 10...11
    }
    return switch code {
    case "1", "7", "90", "91": 10...10
    case "33", "34", "40", "48", "351", "420": 9...9
    case "65", "852", "853": 8...8
    case "886": 8...9
    case "44", "81", "84": 9...10
    case "82": 8...11
    case "55": 10...11
    default: nil
    }
  }

  /// The length of the number's calling code; `nil` if there is no such code.
  private static func codeLength(of number: [UInt8]) -> Int? {
    var value = 0
    for (position, byte) in number.prefix(3).enumerated() {
      value = value * 10 + Int(byte & 0xF)
      if isAssigned(value, digits: position + 1) { return position + 1 }
    }
    return nil
  }

  private static func isAssigned(_ code: Int, digits: Int) -> Bool {
    switch (digits, code) {
    case (1, 1), (1, 7): true
    case (2, 20), (2, 27), (2, 30...34), (2, 36), (2, 39...41), (2, 43...49), (2, 51...58), (2, 60...66): true
    case (2, 81), (2, 82), (2, 84), (2, 86), (2, 90...95), (2, 98): true
    case (3, 211...213), (3, 216), (3, 218), (3, 220...258), (3, 260...269), (3, 290), (3, 291): true
    case (3, 297...299), (3, 350...359), (3, 370...378), (3, 380...383), (3, 385...387), (3, 389): true
    case (3, 420), (3, 421), (3, 423), (3, 500...509), (3, 590...599), (3, 670), (3, 672...683): true
    case (3, 685...692), (3, 800), (3, 808), (3, 850), (3, 852), (3, 853), (3, 855), (3, 856), (3, 870): true
    case (3, 878), (3, 880...883), (3, 886), (3, 888), (3, 960...968), (3, 970...977), (3, 979): true
    case (3, 992...996), (3, 998): true
    default: false
    }
  }
}
