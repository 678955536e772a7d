import Glibc
import Platform
import Service
import Support
import Testing

struct DaemonStartTests {
  /// Starts and, when that works, stops at once. - Returns: the exit code.
  private static func start(_ options: ServiceOptions) async throws -> Int32 {
    let (signals, sender) = AsyncStream<Signal>.makeStream()
    return try await Daemon.start(options: options, log: .silent, signals: signals) { _ in
      sender.yield(.terminate)
    }
  }

  /// A shop whose store is there.
  private static func makeShop() async throws -> ShopDirectory {
    let shop = try ShopDirectory()
    #expect(try await start(shop.options) == 0)
    return shop
  }

  @Test(arguments: FailedStart.allCases)
  func `a start that fails leaves nothing open, and the next one in the same process works`(
    _ failure: FailedStart
  ) async throws {
    let shop = try await Self.makeShop()
    try await expectOpen([], below: shop)
    var obstacle = Optional(try await failure.prepare(shop))
    var options = obstacle?.options ?? shop.options
    let held = try OpenFiles.below(shop.path)
    do {
      _ = try await Self.start(options)
      Issue.record("it started")
    } catch {
      #expect("\(error)".contains(failure.message), "\(error)")
    }
    try await expectOpen(held, below: shop)
    try await obstacle?.remove()
    obstacle = nil
    try await expectOpen([], below: shop)
    options.listen = nil
    #expect(try await Self.start(options) == 0)
    try await expectOpen([], below: shop)
    #expect(!Files.exists(shop.path + "/control"))
  }

  /// What a value closes when it goes may be open for a moment longer.
  private func expectOpen(_ files: [String], below shop: ShopDirectory) async throws {
    try await eventually(
      "\(files)", within: .seconds(5), context: { "\((try? OpenFiles.below(shop.path)) ?? [])" }
    ) {
      try OpenFiles.below(shop.path) == files
    }
  }

  @Test func `neither a failed start nor a stopped daemon leaves a thread`() async throws {
    await #expect(processExitsWith: .success) {
      for failure in FailedStart.allCases {
        let shop = try await DaemonStartTests.makeShop()
        let (options, remove) = try await failure.prepare(shop)
        _ = try? await DaemonStartTests.start(options)
        try await remove()
      }
      let ours = ["store-writer", "store-reader", "transfers", "control", "http"]
      try await eventually("end of the threads") {
        try Files.names(in: "/proc/self/task").allSatisfy { task in
          // It may end between the two.
          let name = try? Files.readText("/proc/self/task/\(task)/comm", limit: 64)
          return !ours.contains(name?.filter { $0 != "\n" } ?? "")
        }
      }
    }
  }
}
