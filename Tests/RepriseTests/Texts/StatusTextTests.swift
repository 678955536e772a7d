import Domain
import Operations
import Testing

@testable import reprise

struct StatusTextTests {
  private let now = Instant(iso8601: "2026-03-01T10:00:00Z")!

  @Test func `the status of a running daemon tells what needs a hand`() throws {
    let status = try status(
      #"""
      {"store":"/var/lib/reprise/reprise.db","customers":14,"visitors":3,"enrollments":12,"next_due_at":"2026-03-01T18:20:00+08:00","oldest_lease_at":null,
       "unplanned":0,"clock":null,"quarantined":{"message":0},
       "queues":{"email":{"waiting":1,"queued":20,"leased":1,"handoff":2,"ambiguous":1},
         "短信":{"waiting":0,"queued":0,"leased":0,"handoff":0,"ambiguous":0},
         "push (removed)":{"waiting":0,"queued":3,"leased":0,"handoff":0,"ambiguous":0}},
       "triggers":[{"trigger":"welcome","paused":true,"planning":false,"sent_today":3,"failed_today":2,"skipped_today":1,"withheld_today":0},
         {"trigger":"win_back","paused":false,"planning":true,"sent_today":120,"failed_today":0,"skipped_today":4,"withheld_today":13}],
       "daemon":{"pid":4711,"since":"2026-03-01T16:00:00+08:00","under_way":3},
       "channels":{"email":{"state":"stopped","under_way":3,"window":5},"短信":{"state":"closed","under_way":0,"window":10}},
       "reload":{"at":"2026-03-01T17:59:00+08:00","error":"config/reprise.yaml:3:1: error: unknown key 'brnd'","restart_needed":[]},
       "ambiguous":[{"uid":"00112233445566778899aabbccddeeff","trigger":"welcome","step":"1","customer":"ann","channel":"email",
        "created_at":"2026-03-01T17:00:00+08:00","attempt":1,"code":"timeout"}]}
      """#)
    #expect(
      StatusText.text(status, now: now, style: .plain) == """
        store      /var/lib/reprise/reprise.db
        customers  14, and 3 visitors without an address
        enrolled   12, the next due Sun 2026-03-01 18:20 (in 20m)
        daemon     process 4711 since Sun 2026-03-01 16:00 (2h ago), 3 messages under way
        reload     failed Sun 2026-03-01 17:59 (1m ago); the configuration before it is in force: config/reprise.yaml:3:1: error: unknown key 'brnd'

        channel         queued  waiting  under way  ambiguous  health
        email               20        1          3          1  stopped: its provider refuses our settings; correct them and reload
        短信                 0        0          0          0  good, up to 10 at once
        push (removed)       3        0          0          0  no longer in reprise.yaml; what may have been delivered waits for its end

        trigger, today  sent  failed  skipped  withheld
        welcome            3       2        1         0  paused
        win_back         120       0        4        13  being planned anew

        1 message was handed over without an answer: perhaps delivered, perhaps not. When you know more
        (sent: it arrived; dead: it did not and shall not; retry: send it again):
          reprise resolve 00112233445566778899aabbccddeeff sent|dead|retry    ann, step 1 of welcome by email, Sun 2026-03-01 17:00, timeout

        """)
  }

  @Test func `what waits for a restart is named below the reload that found it`() throws {
    let status = try status(
      #"""
      {"store":"reprise.db","customers":0,"enrollments":0,"next_due_at":null,"unplanned":0,"quarantined":{},"queues":{},"triggers":[],
       "daemon":{"pid":4711,"since":"2026-03-01T16:00:00+08:00","under_way":0},"channels":{},
       "reload":{"at":"2026-03-01T17:59:00+08:00","error":null,"restart_needed":["http.listen","http.behind_proxy"]}}
      """#)
    let text = StatusText.text(status, now: now, style: .plain)
    #expect(
      text.split(separator: "\n")[3...5].joined(separator: "\n") == """
        daemon     process 4711 since Sun 2026-03-01 16:00 (2h ago), 0 messages under way
        reload     Sun 2026-03-01 17:59 (1m ago)
        restart    needed for http.listen, http.behind_proxy
        """)
  }

  @Test func `without a daemon the store speaks alone`() throws {
    let status = try status(
      #"""
      {"store":"reprise.db","customers":0,"enrollments":0,"next_due_at":null,"unplanned":0,"quarantined":{},
       "queues":{"email":{"waiting":0,"queued":0,"leased":0,"handoff":0,"ambiguous":0}},"triggers":[]}
      """#)
    #expect(
      StatusText.text(status, now: now, style: .plain) == """
        store      reprise.db
        customers  0
        enrolled   0
        daemon     not running; this is what the store says

        channel  queued  waiting  under way  ambiguous
        email         0        0          0          0

        trigger, today  sent  failed  skipped  withheld

        """)
  }

  @Test func `what needs a hand is told in the head`() throws {
    var status = try status(
      #"""
      {"store":"reprise.db","customers":0,"enrollments":0,"next_due_at":null,"oldest_lease_at":"2026-03-01T09:50:00Z",
       "queues":{},"unplanned":3,"clock":{"off_by_seconds":7200,"doubted_for_seconds":600},
       "quarantined":{"message":2,"event":0,"request":1},"triggers":[],"store_failure":"no room"}
      """#)
    let text = StatusText.text(status, now: now, style: .plain)
    #expect(
      text.split(separator: "\n")[4...8].joined(separator: "\n") == """
        under way  a message for longer than five minutes, since Sun 2026-03-01 09:50 (10m ago)
        trouble    the store cannot be written: no room
        clock      the machine's clock is 2h ahead of the time known here: nothing is decided or sent until it is set right, or for another 10m
        unplanned  3 customers whose events or rows are still to be planned for
        set aside  2 of kind message, 1 of kind request; see: reprise quarantine list
        """)
    status.oldestLeaseAt = OffsetTime(text: "2026-03-01T09:56:00Z")
    #expect(!StatusText.text(status, now: now, style: .plain).contains("under way  a message"))
  }

  private func status(_ text: String) throws -> StatusAnswer {
    try StatusAnswer(json: try JSON.parse(text))
  }
}
