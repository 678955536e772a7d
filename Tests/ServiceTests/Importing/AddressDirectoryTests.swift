import Domain
import Import
import Store
import Support
import Testing

@testable import Service

/// Lists of addresses that come in many batches.
struct AddressDirectoryTests {
  private static func progress(_ fingerprint: String, isLast: Bool = false) -> ImportProgress {
    ImportProgress(
      fingerprint: fingerprint, kind: "consents", path: "f", byteOffset: 0, line: 1, imported: 0, rejected: 0,
      startedAt: IntakeFloor.now, finishedAt: isLast ? IntakeFloor.now : nil)
  }

  private static func customer(_ id: String, _ email: String?, _ phone: String?) -> IncomingEvent {
    var traits = CustomerTraits()
    traits.email = .some(email)
    traits.phone = .some(phone)
    return IncomingEvent(
      customerID: id,
      event: Event(
        messageID: "\(id)-\(email ?? "")", name: .customerIdentified, at: IntakeFloor.now,
        receivedAt: IntakeFloor.now), effect: .identify(traits))
  }

  private static let asked: [ToldConsent.Address] = [
    .init(.email, "ANN@x.example"), .init(.phone, "+8613711112222"), .init(.email, "new@x.example"),
    .init(.email, "nobody@x.example"), .init(.phone, "ann@x.example"),
  ]

  @Test(arguments: IntakeStore.allCases)
  func `a book finds who a look through all customers finds`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([
        Self.customer("ann", "Ann@x.example", "+8613711112222"),
        Self.customer("ann2", "ann@X.example", nil), Self.customer("bob", nil, "+8613711112222"),
        Self.customer("cy", nil, nil),
      ])
      let book = try await floor.store.read { try $0.addressBook() }
      // One who is new since, and one who has moved since.
      try await floor.take([
        Self.customer("new", "new@x.example", nil), Self.customer("ann2", "other@x.example", nil),
      ])
      try await floor.store.read { tx in
        let found = try tx.customerIDs(at: Self.asked, by: book)
        let all = try tx.customerIDs(at: Self.asked)
        #expect(found.mapValues { $0.sorted() } == all.mapValues { $0.sorted() })
        #expect(found[Self.asked[0]] == ["ann"])
        #expect(found[Self.asked[1]]?.sorted() == ["ann", "bob"])
        #expect(found[Self.asked[2]] == ["new"])
        #expect(try tx.isCurrent(book))
      }
      _ = try await floor.store.write { try $0.forget(customerID: "bob", at: IntakeFloor.now) }
      #expect(try await floor.store.read { try !$0.isCurrent(book) })
    }
  }

  @Test func `an import has one book until its end, and one batch needs none`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([Self.customer("ann", "ann@x.example", nil)])
      let directory = AddressDirectory()
      func has(
        _ email: String, _ batch: ImportProgress, at now: Instant = IntakeFloor.now
      ) async throws -> Bool {
        let found = try await floor.store.read { tx in
          try directory.book(for: batch, now: now, tx).map {
            try tx.customerIDs(at: [.init(.email, email)], by: $0)
          }
        }
        return found?.isEmpty == false
      }
      let alone = Self.progress("f", isLast: true)
      #expect(try await floor.store.read { try directory.book(for: alone, now: IntakeFloor.now, $0) == nil })
      #expect(try await has("ann@x.example", Self.progress("f")))
      try await floor.take([Self.customer("ann", "moved@x.example", nil)])
      // The book is that of the first batch, also for the last one.
      #expect(try await has("moved@x.example", Self.progress("f")) == false)
      #expect(try await has("moved@x.example", alone) == false)
      #expect(try await has("ann@x.example", Self.progress("f")) == false)
      // Another import has its own, and so has one that begins anew or goes on after an hour.
      #expect(try await has("moved@x.example", Self.progress("g")))
      directory.finish(Self.progress("f", isLast: true))
      try await floor.take([Self.customer("ann", "late@x.example", nil)])
      #expect(try await has("late@x.example", Self.progress("g")) == false)
      directory.finish(Self.progress("g", isLast: true))
      #expect(try await has("late@x.example", Self.progress("g")))
      try await floor.take([Self.customer("ann", "last@x.example", nil)])
      directory.tidy(now: IntakeFloor.now + .minutes(59))
      #expect(try await has("last@x.example", Self.progress("g")) == false)
      directory.tidy(now: IntakeFloor.now + .hours(1))
      #expect(try await has("last@x.example", Self.progress("g")))
    }
  }
}
