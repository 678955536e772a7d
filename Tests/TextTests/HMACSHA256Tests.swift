import Testing
import Text

@Suite struct HMACSHA256Tests {
  private func code(_ key: [UInt8], _ message: String) -> [UInt8] {
    HMACSHA256(key: key).authenticate(message).bytes
  }

  @Test func `HMAC-SHA256 has the values of RFC 4231`() {
    let first = code([UInt8](repeating: 0x0B, count: 20), "Hi There")
    #expect(Hex.text(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let second = code(Array("Jefe".utf8), "what do ya want for nothing?")
    #expect(Hex.text(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let empty = code(Array("".utf8), "")
    #expect(Hex.text(empty) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func `the signature of Tencent chains keys`() {
    let body =
      #"{"PhoneNumberSet":["+8613711112222"],"SmsSdkAppId":"1400006666","SignName":"demo","TemplateId":"449739","TemplateParamSet":["12"]}"#
    let canonical =
      "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:sms.tencentcloudapi.com\n\ncontent-type;host\n"
      + SHA256.hash(body).description
    let text =
      "TC3-HMAC-SHA256\n1700000000\n2023-11-14/sms/tc3_request\n" + SHA256.hash(canonical).description
    var key = code(Array("TC3testkey".utf8), "2023-11-14")
    for part in ["sms", "tc3_request"] { key = code(key, part) }
    #expect(
      Hex.text(code(key, text))
        == "d01e4ec84cf0063df9ac7d1ea3c86897b78310652bfc989337f37c1ddbabb392")
  }

  @Test func `chat robots sign with the secret as key or as message`() {
    let dingTalk = Base64.text(code(Array("this is secret".utf8), "1577262236757\nthis is secret"))
    #expect(PercentEncoding.encode(dingTalk) == "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D")
    #expect(
      Base64.text(code(Array("1599360473\ndemo".utf8), "")) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=")
  }

  @Test func `a standard webhook signs id, time and body`() throws {
    let secret = try #require(Base64.bytes("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let message = #"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#
    #expect(
      Base64.text(code(secret, message)) == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }
}
