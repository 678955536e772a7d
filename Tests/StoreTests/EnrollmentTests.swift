import Domain
import Platform
import Store
import Testing

struct EnrollmentTests {
  @Test(arguments: StoreKind.allCases)
  func `enrollments come back whole with every kind of subject`(kind: StoreKind) async throws {
    let subjects: [Subject] = [
      .customer, .order(id: "o\"1"), .cart(id: ""), .products([]),
      .products([
        SubjectProduct(sku: "a,b", orderID: "o1", runsOutAt: at(3)),
        SubjectProduct(sku: "安", orderID: "o2", runsOutAt: at(-3)),
      ]), .anniversary(year: 2026), .event(messageID: "m1"),
    ]
    try await kind.transact { tx, scene in
      var wanted: [Enrollment] = []
      for (index, subject) in subjects.enumerated() {
        var one = enrollment(scene.ann, "o\(index)")
        one.subject = subject
        one.doneSteps = ["1", "last-call"].prefix(index % 3).map { StepID($0) }
        one.beganAt = index % 2 == 0 ? at(2) : nil
        wanted.append(one)
      }
      var stored = try tx.insertStored(wanted)
      #expect(stored.allSatisfy { $0.key > 0 })
      for index in stored.indices { wanted[index].key = stored[index].key }
      #expect(stored == wanted)
      // A second planning of the same occurrence leaves the first as it is.
      var again = enrollment(scene.ann, "o0", due: 99)
      again.subject = .cart(id: "other")
      #expect(try tx.insertStored([again]) == wanted)
      stored[1].firesAt = at(77)
      stored[1].subject = .cart(id: "c")
      stored[1].doneSteps = ["x"]
      stored[1].state = .ended
      stored[1].endReason = .superseded
      stored[1].nextDueAt = nil
      stored[2].nextDueAt = at(50)
      stored[2].beganAt = at(40)
      try tx.update([stored[1], stored[2]])
      let found = try tx.enrollments(keys: stored.map(\.key) + [999])
      #expect(found == Dictionary(uniqueKeysWithValues: stored.map { ($0.key, $0) }))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what is due comes first by time and only when active`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      #expect(try tx.nextDueAt() == nil)
      #expect(try tx.dueEnrollments(now: at(1000), limit: 10) == [])
      let stored = try tx.insertStored([
        enrollment(scene.ann, "late", due: 30), enrollment(scene.ann, "first", due: 10),
        enrollment(scene.bob, "second", due: 10), enrollment(scene.bob, "over", due: nil),
        enrollment(scene.bob, "later", due: 31),
      ])
      #expect(try tx.nextDueAt() == at(10))
      #expect(try tx.dueEnrollments(now: at(9), limit: 10) == [])
      let trigger = try #require(try tx.triggers()["welcome"]).key
      func due(_ occurrence: String) throws -> DueEnrollment {
        let enrollment = try #require(stored.first { $0.occurrence == occurrence })
        return DueEnrollment(
          key: enrollment.key, customer: enrollment.customer, trigger: trigger,
          dueAt: try #require(enrollment.nextDueAt))
      }
      let wanted = [try due("first"), try due("second"), try due("late")]
      #expect(try tx.dueEnrollments(now: at(30), limit: 10) == wanted)
      #expect(try tx.dueEnrollments(now: at(30), limit: 2) == Array(wanted.prefix(2)))
      #expect(try tx.dueEnrollments(now: at(30), after: wanted[0].position, limit: 1) == [wanted[1]])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a trigger's enrollments end in batches`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try tx.insert((0..<5).map { enrollment(scene.ann, "o\($0)") })
      try tx.insert([enrollment(scene.ann, trigger: "win_back")])
      #expect(try tx.endEnrollments(of: "welcome", reason: .triggerRemoved, limit: 3).count == 3)
      #expect(try tx.endEnrollments(of: "welcome", reason: .triggerRemoved, limit: 3).count == 2)
      #expect(try tx.endEnrollments(of: "welcome", reason: .triggerRemoved, limit: 3).count == 0)
      let states = try tx.states(of: [scene.ann.key], parts: StateParts(.enrollments))
      let all = states[scene.ann.key]?.enrollments ?? []
      #expect(all.filter { $0.state == .ended && $0.endReason == .triggerRemoved }.count == 5)
      #expect(all.filter { $0.state == .active }.map(\.trigger) == ["win_back"])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a trigger that the store does not know is a misuse`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      #expect(throws: SQLError(.misuse, "trigger 'other' is not in the store")) {
        try tx.insert([enrollment(scene.ann, trigger: "other")])
      }
    }
  }
}
