import Decisioning
import Domain
import Platform
import Store
import Support

@testable import Service

/// A shop with segments on an empty store: its intake, and what lets time pass.
struct SegmentFloor: Sendable {
  let store: Store
  let live: LiveShop
  let intake: Intake
  let timer: MembershipTimer

  static func use(
    _ kind: IntakeStore = .sqlite, _ program: Program, at now: Instant,
    _ body: (SegmentFloor) async throws -> Void
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-segments")
    defer { try? Files.removeTree(directory) }
    let store = try kind.emptyStore(in: directory)
    try await closing({ await store.close() }) {
      let floor = try await SegmentFloor(store, program, now)
      try await floor.pass(now)
      try await body(floor)
    }
  }

  private init(_ store: Store, _ program: Program, _ now: Instant) async throws {
    self.store = store
    live = LiveShop(Shop(program: program, catalog: Catalog(), triggers: [:]))
    intake = Intake(store: store, shop: live)
    timer = MembershipTimer(store: store, shop: live)
    try await reload(program, at: now)
  }

  /// What a reload does.
  func reload(_ program: Program, at now: Instant) async throws {
    let wanted = program.triggers.values.map { (id: $0.id, planningHash: $0.planningHash) }
    let audience = program.audience.registered
    let (triggers, segments) = try await store.write {
      (try $0.syncTriggers(wanted, now: now), try $0.syncSegments(audience, now: now))
    }
    live.take(program, triggers: triggers, segments: segments)
  }

  /// Everything that is to be planned or evaluated in the background.
  func pass(_ now: Instant) async throws {
    while try await Replanner(store: store, shop: live).step(now: now) {}
  }

  /// What commands ask; its time is that of the intake's tests.
  var responder: Responder {
    Responder(store: store, shop: live, log: .silent, now: { IntakeFloor.now })
  }

  func state(_ id: String) async throws -> CustomerState? {
    try await store.read { tx in
      guard let customer = try tx.customer(id: id) else { return nil }
      return try tx.states(of: [customer], parts: [.memberships])[customer.key]
    }
  }

  func segments(of id: String) async throws -> Set<SegmentID> { try await state(id)?.segments ?? [] }

  func changeCount() async throws -> Int64 {
    try await store.read { try $0.connection.integer("SELECT count(*) FROM membership_changes") ?? 0 }
  }

  func changes(of id: String) async throws -> [MembershipChange] {
    try await store.read { tx in
      guard let customer = try tx.customer(id: id) else { return [] }
      return try tx.membershipChanges(of: customer.key, limit: 100).reversed()
    }
  }
}
