import Support
import Testing

@testable import Platform

struct PostgresRefusalTests {
  @Test(arguments: [
    ("connection to server on socket \"x\" failed: FATAL:  28P01: password authentication failed", "28P01"),
    ("a failed: FATAL:  57P03: starting up b failed: FATAL:  3D000: database \"x\" does not exist", "3D000"),
    ("connection to server at \"h\", port 5432 failed: Connection refused", nil), ("", nil),
    (":  28P01", nil),
  ])
  func `the state is read out of the words`(message: String, state: String?) {
    #expect(PostgresRefusal.state(in: message) == state)
  }

  @Test func `a server that answers no is told from one that is not there`() throws {
    let server = try TemporaryPostgres.shared()
    let refused = sqlError { _ = try PostgresConnection(url: server.url(of: "nowhere")) }
    #expect(refused.kind == .refused)
    #expect(refused.code == "3D000")
    let away = sqlError { _ = try PostgresConnection(url: "postgresql:///x?host=/nonexistent&user=x") }
    #expect(away.kind == .connectionLost)
    #expect(away.code == "")
  }
}
