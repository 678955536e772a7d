import Configuration
import Decisioning
import Domain
import Testing

/// What values say, each held against what its key can mean.
struct BadValueTests {
  private static let settings = "reprise.yaml"
  private static let trigger = "triggers/win-back.yaml"

  @Test func `text that YAML 1.1 takes for something else stays text`() {
    let shop = ShopDirectory()
    shop.change(Self.settings, "name: Qingshan Tea", to: "name: no\n  address: 1.20")
    shop.change(Self.trigger, "{channel: email,", to: "{id: e1, channel: email,")
    #expect(shop.report() == "")
    let brand = shop.load().loaded?.draft.brand
    #expect(brand?.name == "no")
    #expect(brand?.address == "1.20")
  }

  static let guesses = [
    BadInput(
      "a clock time without quotes", in: settings, "channels:",
      to: "limits: {quiet_hours: {from: 22:30, to: \"09:00\"}}\nchannels:",
      says: """
        config/reprise.yaml:11:30: error: 'from' must be quoted: YAML reads 22:30 as the number 1350; write "22:30"
          11 | limits: {quiet_hours: {from: 22:30, to: "09:00"}}
             |                              ^~~~~
        1 error in 1 file

        """),
    BadInput(
      "a name that YAML 1.1 takes for an octal number", in: trigger, "{channel:", to: "{id: 0777, channel:",
      says: """
        config/triggers/win-back.yaml:4:10: error: 'id' must be a name such as win_back, not '0777'; use small letters, digits and '_', beginning with a letter
          4 |   - {id: 0777, channel: email, template: winback/miss-you}
            |          ^~~~
        1 error in 1 file

        """),
    BadInput(
      "a number with a zero before it", trigger: "priority: 0777",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not '0777'; remove the leading zero
          3 | priority: 0777
            |           ^~~~
        1 error in 1 file

        """),
    BadInput(
      "a number with a point", trigger: "priority: 1.20",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not '1.20'
          3 | priority: 1.20
            |           ^~~~
        1 error in 1 file

        """),
    BadInput(
      "a truth value for a word", trigger: "purpose: no",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'purpose' must be marketing or service, not 'no'
          3 | purpose: no
            |          ^~
        1 error in 1 file

        """),
    BadInput(
      "a truth value that is not true or false", in: settings, "  public_url:",
      to: "  behind_proxy: no\n  public_url:",
      says: """
        config/reprise.yaml:9:17: error: 'behind_proxy' must be true or false, not 'no'; write false
          9 |   behind_proxy: no
            |                 ^~
        1 error in 1 file

        """),
    BadInput(
      "nothing behind a key", trigger: "audience:",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'audience' is empty; give a condition such as customer.orders_count >= 1, or remove the line
          3 | audience:
            |          ^
        1 error in 1 file

        """),
  ]

  @Test(arguments: guesses) func `a key says what it takes, YAML does not guess`(_ input: BadInput) {
    input.check()
  }

  static let numbers = [
    BadInput(
      "less than nothing", trigger: "priority: -1",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not '-1'
          3 | priority: -1
            |           ^~
        1 error in 1 file

        """),
    BadInput(
      "more than a number can hold", trigger: "priority: 1e309",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not '1e309'
          3 | priority: 1e309
            |           ^~~~~
        1 error in 1 file

        """),
    BadInput(
      "no number at all", trigger: "priority: NaN",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not 'NaN'
          3 | priority: NaN
            |           ^~~
        1 error in 1 file

        """),
    BadInput(
      "one more than 64 bits hold", trigger: "priority: 9223372036854775808",
      says: """
        config/triggers/win-back.yaml:3:11: error: 'priority' must be a whole number from 0 to 1000, not '9223372036854775808'; the number is too large
          3 | priority: 9223372036854775808
            |           ^~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a share of more than everybody", trigger: "holdout: 101%",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'holdout' must be a share such as 10%, not '101%'; it lies between 0% and 100%
          3 | holdout: 101%
            |          ^~~~
        1 error in 1 file

        """),
    BadInput(
      "time that goes back", trigger: "reentry: -3d",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'reentry' cannot be negative; give a duration such as 3d
          3 | reentry: -3d
            |          ^~~
        1 error in 1 file

        """),
    BadInput(
      "more time than there is", trigger: "reentry: 9223372036854775807w",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'reentry' is too long
          3 | reentry: 9223372036854775807w
            |          ^~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "no time at all", trigger: "reentry: 0d",
      says: """
        config/triggers/win-back.yaml:3:10: error: 'reentry' cannot be zero; give a duration such as 30d, or remove the line
          3 | reentry: 0d
            |          ^~
        1 error in 1 file

        """),
  ]

  @Test(arguments: numbers) func `a number lies in its range`(_ input: BadInput) { input.check() }

  static let keys = [
    BadInput(
      "a misspelt key at the head", in: trigger, "trigger:", to: "triger:",
      says: """
        config/triggers/win-back.yaml:1:1: error: unknown key 'triger' in trigger; did you mean 'trigger'?
          1 | triger: win_back
            | ^~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a key more, near one that is there", trigger: "triger: x",
      says: """
        config/triggers/win-back.yaml:3:1: error: unknown key 'triger' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing, spread, ends_with
          3 | triger: x
            | ^~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a misspelt key of a step", in: trigger, "{channel:", to: "{chanel:",
      says: """
        config/triggers/win-back.yaml:4:6: error: unknown key 'chanel' in step; did you mean 'channel'?
          4 |   - {chanel: email, template: winback/miss-you}
            |      ^~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a misspelt key of the settings", in: settings, "channels:", to: "chanels:",
      says: """
        config/reprise.yaml:11:1: error: unknown key 'chanels' in reprise.yaml; did you mean 'channels'?
          11 | chanels:
             | ^~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a misspelt word", in: settings, "adapter: smtp", to: "adapter: smpt",
      says: """
        config/reprise.yaml:12:20: error: 'adapter' must be smtp or http, not 'smpt'; did you mean 'smtp'?
          12 |   email: {adapter: smpt, url: "smtps://smtp.example:465"}
             |                    ^~~~
        1 error in 1 file

        """),
    BadInput(
      "a key of another program", trigger: "schedule: daily",
      says: """
        config/triggers/win-back.yaml:3:1: error: unknown key 'schedule' in trigger; the keys are trigger, when, purpose, steps, audience, holdout, priority, reentry, expires_after, existing, spread, ends_with
          3 | schedule: daily
            | ^~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: keys) func `a key nobody knows is named, with the nearest`(_ input: BadInput) {
    input.check()
  }

  static let zones = [
    BadInput(
      "a city misspelt", in: settings, "Asia/Shanghai", to: "Europe/Berln",
      says: """
        config/reprise.yaml:4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not 'Europe/Berln'; did you mean 'Europe/Berlin'?
          4 |   time_zone: Europe/Berln
            |              ^~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a path", in: settings, "Asia/Shanghai", to: "../../etc/passwd",
      says: """
        config/reprise.yaml:4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not '../../etc/passwd'
          4 |   time_zone: ../../etc/passwd
            |              ^~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "an offset that no place has", in: settings, "Asia/Shanghai", to: "UTC+25",
      says: """
        config/reprise.yaml:4:14: error: 'time_zone' must be a time zone such as Asia/Shanghai, not 'UTC+25'; name a place, so that summer time is known
          4 |   time_zone: UTC+25
            |              ^~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: zones) func `a time zone is a place that this machine knows`(_ input: BadInput) {
    input.check()
  }

  /// There are no schedules of cron: nothing fires by the clock alone.
  @Test(arguments: ["*/0 * * * *", "0 0 31 2 *", "60 * * * *"])
  func `a schedule of cron is no trigger`(schedule: String) {
    let shop = ShopDirectory()
    shop.change(Self.trigger, "{lapsed: 90d}", to: "{cron: \"\(schedule)\"}")
    let line = "when: {cron: \"\(schedule)\"}"
    let marks = String(repeating: "~", count: schedule.utf8.count + 9)
    #expect(
      shop.report() == """
        config/triggers/win-back.yaml:2:7: error: trigger needs one of 'event', 'cart_idle', 'runs_out', 'anniversary' or 'lapsed'; for example {event: order_completed}
          2 | \(line)
            |       ^\(marks)
        config/triggers/win-back.yaml:2:8: error: unknown key 'cron' in trigger; the keys are event, cart_idle, runs_out, anniversary, lapsed, where, only, before, at, leap_day
          2 | \(line)
            |        ^~~~
        2 errors in 1 file

        """)
  }
}
