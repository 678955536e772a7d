import Platform
import Support
import Testing

struct PostgresConnectionTests {
  @Test
  func `a URL that cannot be read is not repeated`() {
    #expect(
      sqlError { _ = try PostgresConnection(url: "postgresql://shop:s3cret@[db/shop") }.description
        == "cannot open: the PostgreSQL URL cannot be read; write postgresql://user@host:port/database")
  }

  @Test
  func `a server that is not there is a lost connection without the password`() {
    let error = sqlError {
      _ = try PostgresConnection(url: "postgresql://shop:s3cret@127.0.0.1:1/shop")
    }
    #expect(
      error.description
        == "connection lost: connection to server at \"127.0.0.1\", port 1 failed: Connection refused"
        + "  Is the server running on that host and accepting TCP/IP connections?")
  }

  @Test
  func `a connection ended by the server is lost, also in the middle of a batch`() throws {
    try Database.postgresql.use { open in
      let other = try open()
      for isBatch in [false, true] {
        let connection = try open()
        let pid = try connection.integer("SELECT pg_backend_pid()")
        try connection.run("SELECT CAST(?1 AS BIGINT)", [1])
        try other.run("SELECT pg_terminate_backend(CAST(?1 AS INTEGER), 5000)", [.integer(#require(pid))])
        let error = sqlError {
          if isBatch {
            try connection.runBatch("SELECT CAST(?1 AS BIGINT)", rows: (0..<3000).map { [.integer($0)] })
          } else {
            _ = try connection.transaction { try connection.run("SELECT 1") }
          }
        }
        #expect(error.kind == .connectionLost)
        #expect(connection.isLost && connection.transactionState == .none)
      }
    }
  }

  @Test
  func `a server that does not answer in time is given up`() throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let connection = try PostgresConnection(url: url, timeouts: .init(answer: .milliseconds(1)))
    let error = sqlError { try connection.run("SELECT pg_sleep(1000)") }
    #expect(error.description == "connection lost: no answer within 0.001 seconds in: SELECT pg_sleep(1000)")
    #expect(connection.isLost)
  }

  @Test
  func `a commit after a hidden error is refused, because the server would roll back silently`() throws {
    try Database.postgresql.connect { connection in
      try connection.execute("CREATE TABLE item(id BIGINT PRIMARY KEY)")
      let error = sqlError {
        try connection.transaction {
          try connection.run("INSERT INTO item VALUES(1)")
          _ = try? connection.run("INSERT INTO item VALUES(1)")
        }
      }
      #expect(
        error.description
          == "misuse: an earlier error aborted the transaction; it was rolled back, not committed")
      #expect(connection.transactionState == .none)
      #expect(try connection.integer("SELECT count(*) FROM item") == 0)
    }
  }
}
