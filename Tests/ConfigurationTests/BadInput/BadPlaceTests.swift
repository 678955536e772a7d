import Configuration
import Glibc
import Platform
import Testing

/// What leads out of the configuration directory, gives a secret away, or takes another's name.
struct BadPlaceTests {
  private static let settings = "reprise.yaml"
  private static let trigger = "triggers/win-back.yaml"
  private static let template = "templates/winback/miss-you.html.liquid"

  static let paths = [
    BadInput(
      "a step's template above the directory", in: trigger, "winback/miss-you", to: "../../etc/shadow",
      says: """
        config/triggers/win-back.yaml:4:32: error: 'template' must be a template name such as winback/miss-you, not '../../etc/shadow'; leave out the ending, and do not leave the template directory
          4 |   - {channel: email, template: ../../etc/shadow}
            |                                ^~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a step's template at the root", in: trigger, "winback/miss-you", to: "/etc/shadow",
      says: """
        config/triggers/win-back.yaml:4:32: error: 'template' must be a template name such as winback/miss-you, not '/etc/shadow'; use small letters, digits, '_', '-' and '/' between them
          4 |   - {channel: email, template: /etc/shadow}
            |                                ^~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a fragment above the directory", in: template, "<p>", to: "<p>{% render '../../etc/shadow' %}",
      says: """
        config/templates/winback/miss-you.html.liquid:4:14: error: there is no template '../../etc/shadow'
          4 | <p>{% render '../../etc/shadow' %}Come back. {{ unsubscribe_url }}</p>
            |              ^~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "an include", in: template, "<p>", to: "<p>{% include '/etc/shadow' %}",
      says: """
        config/templates/winback/miss-you.html.liquid:4:7: error: unknown tag 'include'; use 'render'
          4 | <p>{% include '/etc/shadow' %}Come back. {{ unsubscribe_url }}</p>
            |       ^~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: paths) func `a template is named by its place below templates`(_ input: BadInput) {
    input.check()
  }

  static let files = [
    BadInput(
      "a link out of the directory",
      { symlink("/etc/passwd", "\($0.path)/templates/winback/link.html.liquid") },
      says: """
        config/templates/winback/link.html.liquid: error: the file leads out of the configuration directory
        1 error in 1 file

        """),
    BadInput(
      "a link to nowhere", { symlink("nowhere", "\($0.path)/templates/winback/link.html.liquid") },
      says: """
        config/templates/winback/link.html.liquid: error: the file does not exist
        1 error in 1 file

        """
    ),
    BadInput(
      "a pipe, which would be waited for",
      { mkfifo("\($0.path)/templates/winback/pipe.html.liquid", 0o644) },
      says: """
        config/templates/winback/pipe.html.liquid: error: the file is not a regular file
        1 error in 1 file

        """),
    BadInput(
      "a device without end", { symlink("/dev/zero", "\($0.path)/templates/winback/zero.html.liquid") },
      says: """
        config/templates/winback/zero.html.liquid: error: the file leads out of the configuration directory
        1 error in 1 file

        """),
    BadInput(
      "five gigabytes of nothing",
      {
        $0.write("templates/winback/sparse.html.liquid", "")
        truncate("\($0.path)/templates/winback/sparse.html.liquid", 5 << 30)
      },
      says: """
        config/templates/winback/sparse.html.liquid: error: the file has more than 1048576 bytes
        1 error in 1 file

        """),
    BadInput(
      "settings that are a link out of the directory",
      {
        unlink("\($0.path)/reprise.yaml")
        symlink("/etc/passwd", "\($0.path)/reprise.yaml")
      },
      says: """
        config/reprise.yaml: error: the file leads out of the configuration directory
        1 error in 1 file

        """),
  ]

  @Test(arguments: files) func `only a small plain file below the directory is opened`(_ input: BadInput) {
    let spent = ContinuousClock().measure { input.check() }
    #expect(spent < .seconds(2))
  }

  static let secrets = [
    BadInput(
      "a credential that everybody can read",
      { shop in
        shop.write("credentials/smtp", "hunter2\n")
        shop.change(
          settings, "smtp.example:465\"", to: "smtp.example:465\", password: \"${credential:smtp}\"")
        shop.secrets = SecretSource(
          credentialsDirectory: shop.path + "/credentials", keptIn: shop.path + "/credentials",
          environment: ["KEY": "hunter2"])
      },
      says: """
        config/reprise.yaml:12:69: warning: the credential 'smtp' can be read by everybody; chmod o= config/credentials/smtp
          12 |   email: {adapter: smtp, url: "smtps://smtp.example:465", password: "${credential:smtp}"}
             |                                                                     ^~~~~~~~~~~~~~~~~~~~
        1 warning in 1 file

        """),
    BadInput(
      "a password written into the file", in: settings, "smtp.example:465\"",
      to: "smtp.example:465\", password: hunter2",
      says: """
        config/reprise.yaml:12:69: warning: 'password' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}
          12 |   email: {adapter: smtp, url: "smtps://smtp.example:465", password: <secret>}
             |                                                                     ^~~~~~~~
        1 warning in 1 file

        """),
    BadInput(
      "a password that is a list", in: settings, "smtp.example:465\"",
      to: "smtp.example:465\", password: [hunter2]",
      says: """
        config/reprise.yaml:12:69: error: 'password' must be a reference such as ${credential:NAME}, not a list
          12 |   email: {adapter: smtp, url: "smtps://smtp.example:465", password: <secret>}
             |                                                                     ^~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a credential above its directory", in: settings, "${env:KEY}", to: "${credential:../shadow}",
      says: """
        config/reprise.yaml:10:16: error: item 1 of 'write_keys' is no reference that is known; write ${credential:NAME} or ${env:NAME}; a name has letters, digits, '_', '-' and '.'
          10 |   write_keys: ["${credential:../shadow}"]
             |                ^~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a key written into the file", in: settings, "${env:KEY}", to: "hunter2",
      says: """
        config/reprise.yaml:10:16: warning: item 1 of 'write_keys' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}
          10 |   write_keys: <secret>
             |                       ^
        1 warning in 1 file

        """),
    BadInput(
      "a password in a provider's address", in: settings, "https://sms.example",
      to: "https://user:hunter2@sms.example",
      says: """
        config/reprise.yaml:13:29: error: 'url' holds a password; put it into a key of its own as ${credential:NAME}
          13 |   sms: {adapter: http, url: "https://user:<secret>@sms.example/send"}
             |                             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a user in a provider's address", in: settings, "https://sms.example", to: "https://user@sms.example",
      says: """
        config/reprise.yaml:13:29: error: 'url' holds a user name; put it into a key of its own
          13 |   sms: {adapter: http, url: "https://user@sms.example/send"}
             |                             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a password in the store's address", in: settings, "sqlite:///var/lib/reprise/reprise.db",
      to: "postgresql://reprise:hunter2@db.example/reprise",
      says: """
        config/reprise.yaml:7:8: error: 'store' holds a password; remove it, and name a file of libpq with it in PGPASSFILE
          7 | store: postgresql://reprise:<secret>@db.example/reprise
            |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: secrets) func `a secret is a reference, and is never printed`(_ input: BadInput) {
    input.check()
  }

  static let names = [
    BadInput(
      "two triggers of one name", { $0.write("triggers/z.yaml", ShopDirectory.trigger) },
      says: """
        config/triggers/z.yaml:1:10: error: trigger 'win_back' stands in config/triggers/win-back.yaml already; give it another name
          1 | trigger: win_back
            |          ^~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a name with a slash", in: trigger, "win_back", to: "win/back",
      says: """
        config/triggers/win-back.yaml:1:10: error: 'trigger' must be a name such as win_back, not 'win/back'; use small letters, digits and '_', beginning with a letter
          1 | trigger: win/back
            |          ^~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a name of three hundred characters", in: trigger, "win_back", to: String(repeating: "a", count: 300),
      says: """
        config/triggers/win-back.yaml:1:10: error: 'trigger' has 300 characters; a name has at most 64
          1 | trigger: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
            |          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a name that climbs", in: trigger, "win_back", to: "../win_back",
      says: """
        config/triggers/win-back.yaml:1:10: error: 'trigger' must be a name such as win_back, not '../win_back'; use small letters, digits and '_', beginning with a letter
          1 | trigger: ../win_back
            |          ^~~~~~~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a channel's name with a slash", in: settings, "  sms:", to: "  sms/cn:",
      says: """
        config/reprise.yaml:13:3: error: the channel name must be a name such as win_back, not 'sms/cn'; use small letters, digits and '_', beginning with a letter
          13 |   sms/cn: {adapter: http, url: "https://sms.example/send"}
             |   ^~~~~~
        1 error in 1 file

        """),
  ]

  @Test(arguments: names) func `a name is small and its own`(_ input: BadInput) { input.check() }
}
