import Platform
import Testing

@Suite struct NetworkAddressTests {
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "2001:db8::1",
    "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "100::1", "4000::1",
  ])
  func `addresses that are not on the public internet`(_ text: String) throws {
    #expect(try !#require(NetworkAddress(text)).isPublic)
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255",
    "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
    "2002:808:808::1", "2001:200::1",
  ])
  func `addresses that are`(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).isPublic)
  }

  @Test(arguments: ["", "localhost", "127.1", "0x7f000001", "1.2.3.4:80", "[::1]", "fe80::1%lo", "256.1.1.1"])
  func `what is not an address in full`(_ text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test func `an address prints as it is written`() {
    #expect(NetworkAddress("2001:DB8:0::1")?.description == "2001:db8::1")
    #expect(NetworkAddress("::ffff:192.0.2.7")?.unmapped.description == "192.0.2.7")
  }
}
