import Platform
import Testing

@Suite struct CryptoTests {
  @Test(
    arguments: [
      (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
      (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    ] as [(Digest, String, String)])
  func `a digest has its published value`(digest: Digest, text: String, hex: String) {
    #expect(Hex.text(digest.hash(text)) == hex)
  }

  @Test func `HMAC-SHA256 has the values of RFC 4231`() {
    let first = HMAC.sha256(key: [UInt8](repeating: 0x0B, count: 20), "Hi There".utf8)
    #expect(Hex.text(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let second = HMAC.sha256(key: "Jefe", "what do ya want for nothing?")
    #expect(Hex.text(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let empty = HMAC.sha256(key: "", "")
    #expect(Hex.text(empty) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func `the signature of a Twilio callback is HMAC-SHA1`() {
    let message =
      "https://mycompany.com/myapp.php?foo=1&bar=2CallSidCA1234567890ABCDECaller+12349013030Digits1234From+12349013030"
      + "To+18005551212"
    #expect(Base64.text(HMAC.sha1(key: "12345", message)) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
  }

  @Test func `the signature of Aliyun is HMAC-SHA1 over the encoded query`() {
    let query = [
      ("AccessKeyId", "testId"), ("Action", "SendSms"), ("Format", "XML"), ("OutId", "123"),
      ("PhoneNumbers", "15300000001"), ("RegionId", "cn-hangzhou"), ("SignName", "阿里云短信测试专用"),
      ("SignatureMethod", "HMAC-SHA1"), ("SignatureNonce", "45e25e9b-0a6f-4070-8c85-2956eda1b466"),
      ("SignatureVersion", "1.0"), ("TemplateCode", "SMS_71390007"),
      ("TemplateParam", #"{"customer":"test"}"#),
      ("Timestamp", "2017-07-12T02:42:19Z"), ("Version", "2017-05-25"),
    ].map { PercentEncoding.encode($0.0) + "=" + PercentEncoding.encode($0.1) }.joined(separator: "&")
    let message = "GET&%2F&" + PercentEncoding.encode(query)
    #expect(Base64.text(HMAC.sha1(key: "testSecret&", message)) == "zJDF+Lrzhj/ThnlvIToysFRq6t4=")
  }

  @Test func `the signature of Tencent chains keys`() {
    let body =
      #"{"PhoneNumberSet":["+8613711112222"],"SmsSdkAppId":"1400006666","SignName":"demo","TemplateId":"449739","TemplateParamSet":["12"]}"#
    let canonical =
      "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:sms.tencentcloudapi.com\n\ncontent-type;host\n"
      + Hex.text(Digest.sha256.hash(body))
    let text =
      "TC3-HMAC-SHA256\n1700000000\n2023-11-14/sms/tc3_request\n" + Hex.text(Digest.sha256.hash(canonical))
    var key = HMAC.sha256(key: "TC3testkey", "2023-11-14")
    for part in ["sms", "tc3_request"] { key = HMAC.sha256(key: key, part.utf8) }
    #expect(
      Hex.text(HMAC.sha256(key: key, text.utf8))
        == "d01e4ec84cf0063df9ac7d1ea3c86897b78310652bfc989337f37c1ddbabb392")
  }

  @Test func `chat robots sign with the secret as key or as message`() {
    let dingTalk = Base64.text(HMAC.sha256(key: "this is secret", "1577262236757\nthis is secret"))
    #expect(PercentEncoding.encode(dingTalk) == "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D")
    #expect(
      Base64.text(HMAC.sha256(key: "1599360473\ndemo", "")) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=")
  }

  @Test func `a standard webhook signs id, time and body`() throws {
    let secret = try #require(Base64.bytes("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let message = #"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#
    #expect(
      Base64.text(HMAC.sha256(key: secret, message.utf8)) == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func `random bytes have the length asked for and differ`() {
    #expect(RandomBytes.make(0) == [])
    #expect(RandomBytes.make(32).count == 32)
    #expect(RandomBytes.make(32) != RandomBytes.make(32))
  }

  @Test func `secrets compare whole`() {
    #expect(ConstantTime.areEqual("token", "token"))
    #expect(!ConstantTime.areEqual("token", "tokem"))
    #expect(!ConstantTime.areEqual("token", "token1"))
    #expect(ConstantTime.areEqual("", ""))
  }
}
