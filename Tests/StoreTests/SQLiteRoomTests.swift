import Platform
import Testing

@testable import Store

/// How long the log of an SQLite file may become.
struct SQLiteRoomTests {
  private static let megabyte: Int64 = 1 << 20

  private func expect(_ free: Int64, _ log: Int64, _ pages: Int) {
    let found = SQLiteRoom.pages(DiskSpace(free: free, total: .max), log: log, pageSize: 8192)
    #expect(found == pages, "\(free) bytes free, \(log) in the log")
  }

  @Test func `the log is held to an eighth of the room there is`() {
    let megabyte = Self.megabyte
    // A large disk: 80 MB, whatever else there is.
    expect(500_000 * megabyte, 0, 10_000)
    expect(.max, 1, 10_000)
    expect(1024 * megabyte, 0, 10_000)
    // An eighth of what log and database may still take up, the room of the log itself included.
    expect(40 * megabyte, 0, 640)
    expect(0, 40 * megabyte, 640)
    expect(16 * megabyte, 4 * megabyte, 320)
    // Not nothing: each taking in costs two syncs.
    expect(0, 0, 128)
    expect(megabyte, 0, 128)
  }

  @Test func `the ballast is a part of the disk, and never too small for the smallest log`() {
    let megabyte = Self.megabyte
    for (total, ballast) in [(0, 2), (6, 2), (24, 2), (64, 2), (128, 4), (256, 8), (500_000, 8)]
      as [(Int64, Int64)]
    {
      #expect(SQLiteRoom.ballast(on: total * megabyte) == ballast * megabyte, "\(total) MB")
    }
  }

  @Test func `a reader that holds the log does not hold up the writer`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-room")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/test.db"
    let writer = try SQLiteConnection(path: path, mode: .writer, pragmas: ["journal_mode=WAL"])
    try writer.execute("CREATE TABLE item (id INTEGER)")
    let reader = try SQLiteConnection(path: path, mode: .reader)
    try reader.begin(.snapshot)
    #expect(try reader.integer("SELECT count(*) FROM item") == 0)
    try writer.run("INSERT INTO item VALUES (1)")
    let began = SystemTime.monotonic()
    #expect(throws: SQLError.self) { try writer.checkpoint(.truncate, waiting: .milliseconds(50)) }
    #expect(SystemTime.monotonic() - began < .seconds(3))
    reader.rollback()
    try writer.checkpoint(.truncate, waiting: .milliseconds(50))
    #expect(try Files.status(path + "-wal").size == 0)
  }
}
