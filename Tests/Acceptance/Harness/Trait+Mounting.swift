import Platform
import Testing

extension Trait where Self == ConditionTrait {
  /// For a test that mounts file systems of its own; some machines let nobody do that.
  static var canMount: Self {
    .enabled("this machine lets nobody mount a file system") {
      let mount = ["/usr/bin/unshare", "-Urm", "/bin/mount", "-t", "tmpfs", "none", "/mnt"]
      return (try? await ChildProcess(mount, environment: .process).run().ending) == .exited(0)
    }
  }
}
