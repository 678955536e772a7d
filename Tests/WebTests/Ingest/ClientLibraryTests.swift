import Domain
import Glibc
import Support
import Testing
import Web

/// The Python libraries of Segment and RudderStack, as they come from their makers.
struct ClientLibraryTests {
  private struct NoEnvironment: Error, CustomStringConvertible {
    var description: String {
      "REPRISE_TEST_VENV does not name a Python environment with the client libraries; `make test` makes it"
    }
  }

  private func python(_ script: String, _ site: TestSite) async throws -> SpawnResult {
    guard let folder = getenv("REPRISE_TEST_VENV").map({ String(cString: $0) }) else { throw NoEnvironment() }
    let port = site.server.port
    let environment: [ExactText: String] = [
      "HOST": "http://127.0.0.1:\(port)", "KEY": TestSite.key, "no_proxy": "127.0.0.1",
    ]
    return try await offPool {
      try spawn([folder + "/bin/python3", "-c", script], environment: environment)
    }
  }

  private static let calls = """
    errors = []
    client.on_error = lambda error, items: errors.append(str(error))
    client.identify("ann", {"email": "ann@tea.example", "phone": "+8613812345678", "firstName": "Ann",
                            "birthday": "1990-05-17", "consent": {"sms": True}, "points": 12})
    client.track("ann", "Product Added", {"cart_id": "c1", "sku": "tea-1", "price": 12.25, "quantity": 2})
    client.track("ann", "Order Completed", {"order_id": "o1", "cart_id": "c1", "total": 24.5, "currency": "CNY",
                 "products": [{"sku": "tea-1", "name": "龙井", "price": 12.25, "quantity": 2}]},
                 timestamp=datetime(2026, 3, 1, 10, 0, tzinfo=timezone.utc))
    for i in range(120):
        client.track("bob", "Quiz Finished", {"score": i})
    client.track(anonymous_id="visitor", event="Product Viewed")
    client.page("ann", "Shop", "Home")
    client.group("ann", "club")
    client.alias("visitor", "ann")
    client.flush()
    client.join()
    assert not errors, errors
    """

  private static let segment = """
    import os
    from datetime import datetime, timezone
    from segment.analytics.client import Client
    client = Client(os.environ["KEY"], host=os.environ["HOST"], gzip=%GZIP%, on_error=lambda e, i: errors.append(str(e)),
                    upload_interval=0.2)

    """

  private static let rudder = """
    import os
    from datetime import datetime, timezone
    from rudderstack.analytics.client import Client
    client = Client(os.environ["KEY"], host=os.environ["HOST"], gzip=%GZIP%, on_error=lambda e, i: errors.append(str(e)),
                    upload_interval=0.2)

    """

  @Test(arguments: ["segment", "rudder"], ["False", "True"])
  func `a client library works unmodified`(_ library: String, _ gzip: String) async throws {
    try await TestSite.run { site in
      let head = library == "segment" ? Self.segment : Self.rudder
      let result = try await python(head.replacing("%GZIP%", with: gzip) + Self.calls, site)
      #expect(result.status == 0, "\(result.errorText)")
      let state = site.state
      #expect(state.events.count == 126)
      #expect(state.names.map(\.name) == ["visitor"])
      #expect(state.events.count { $0.customerID == "bob" && $0.event.name == "quiz_finished" } == 120)
      guard case .identify(let traits)? = state.events.first?.effect else {
        return #expect(Bool(false), "\(String(describing: state.events.first))")
      }
      #expect(traits.email == "ann@tea.example")
      #expect(traits.phone == "+8613812345678")
      #expect(traits.birthday == GivenBirthday(.date(month: 5, day: 17, year: 1990)))
      #expect(traits.consent == ["sms": .granted])
      #expect(traits.attributes == ["points": .integer(12)])
      let order = try #require(state.events.first { $0.event.name == .orderCompleted })
      #expect(order.event.at == Instant(iso8601: "2026-03-01T10:00:00Z"))
      guard case .orderPlaced(let placed) = order.effect else { return #expect(Bool(false)) }
      #expect(placed.total.minorUnits == 2450)
      #expect(placed.lines == [OrderLine(sku: "tea-1", name: "龙井", quantity: 2, price: 1225)])
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains("reprise_events_total{outcome=\"stored\"} 127\n"))
      #expect(metrics.contains("reprise_events_total{outcome=\"refused\"} 0\n"))
    }
  }

  @Test(arguments: ["segment", "rudder"])
  func `a client library repeats after an outage and nothing is lost or doubled`(
    _ library: String
  ) async throws {
    try await TestSite.run { site in
      site.change { $0.failures = 1 }
      let head = library == "segment" ? Self.segment : Self.rudder
      let script =
        head.replacing("%GZIP%", with: "True") + """
          errors = []
          for i in range(10):
              client.track("ann", "Quiz Finished", {"score": i})
          client.flush()
          client.join()
          assert not errors, errors
          """
      let result = try await python(script, site)
      #expect(result.status == 0, "\(result.errorText)")
      #expect(site.state.failures == 0)
      #expect(site.state.events.count == 10)
    }
  }

  @Test(arguments: ["segment", "rudder"])
  func `a client library gives up on a refused event and says why`(_ library: String) async throws {
    try await TestSite.run { site in
      let head = library == "segment" ? Self.segment : Self.rudder
      let script =
        head.replacing("%GZIP%", with: "False") + """
          errors = []
          client.track("ann", "Order Completed", {"order_id": "o1"})
          client.flush()
          client.join()
          print(errors)
          """
      let result = try await python(script, site)
      #expect(result.status == 0, "\(result.errorText)")
      #expect(
        result.text.contains(
          "invalid_event: batch[0].properties.total: missing; give total, revenue or products with prices (422)"
        ),
        "\(result.text)")
    }
  }
}
