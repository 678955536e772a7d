import Configuration
import Glibc
import Testing

/// Files that a group can change: its members would choose what the shop sends, and to whom.
struct WritableFilesTests {
  private let scratch = Scratch()

  init() {
    scratch.write("config/reprise.yaml", "brand: {}")
    scratch.write("config/triggers/a.yaml", "x")
  }

  private func set(_ name: String, mode: mode_t, owner: uid_t = 0, group: gid_t = 0) {
    #expect(chown("\(scratch.path)/\(name)", owner, group) == 0)
    #expect(chmod("\(scratch.path)/\(name)", mode) == 0)
  }

  private func problems(
    in directory: String = "config", allowing allowed: Set<ConfigurationTolerance> = []
  ) -> [String] {
    let root = ConfigurationRoot("\(scratch.path)/\(directory)")
    let files = ConfigurationFiles(reading: root, allowing: allowed.union([.foreignOwner]))
    #expect(files.files.count == 2)
    return files.diagnostics.map { $0.headline.replacing(scratch.path, with: "DIR") }
  }

  private static func told(
    _ name: String, _ group: String, _ predicate: String = "can change the file"
  ) -> String {
    "DIR/\(name): error: everybody in the group '\(group)' \(predicate); chmod g-w DIR/\(name), or allow it with REPRISE_ALLOW=group_writable in the environment"
  }

  /// As root, who alone can give files away.
  @Test(
    .enabled(if: geteuid() == 0, "only root can give files to others"),
    arguments: [
      (uid_t(0), gid_t(0), String?.none), (4711, 0, nil), (4711, 4711, nil), (4711, 4712, "4712"),
      (0, 4711, "4711"), (0, 1, "daemon"), (1, 1, nil), (4711, 1, "daemon"),
    ])
  func `a group may change a file if it is root's, or the owner's own`(
    owner: uid_t, group: gid_t, told: String?
  ) {
    set("config/triggers/a.yaml", mode: 0o664, owner: owner, group: group)
    #expect(problems() == (told.map { [Self.told("config/triggers/a.yaml", $0)] } ?? []))
    #expect(problems(allowing: [.groupWritable]) == [])
    set("config/triggers/a.yaml", mode: 0o644, owner: owner, group: group)
    #expect(problems() == [])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files to others"))
  func `a link counts as the directory that it leads to`() {
    #expect(symlink("config", scratch.path + "/link") == 0)
    #expect(problems(in: "link") == [])
    set("config", mode: 0o775, group: 1)
    set("config/triggers", mode: 0o2775, group: 4711)
    let predicate = "can put files into the directory"
    #expect(
      problems(in: "link") == [
        Self.told("link", "daemon", predicate), Self.told("link/triggers", "4711", predicate),
      ])
    #expect(problems(in: "link", allowing: [.worldWritable]).count == 2)
  }
}
