import Platform
import Support
import Testing

/// Files that the documents name, against the files that there are.
struct NamedFilesTests {
  /// Everything of the source tree that a document may name, from its root; directories end with `/`.
  private static func tree() throws -> [String] {
    var found = ["Makefile", "Package.swift", "README.md"]
    var left = ["Sources/", "Tests/", "config/", "systemd/"]
    while let directory = left.popLast() {
      found.append(directory)
      for name in try Files.names(in: Repository.path(directory)) {
        let path = directory + name
        if (try? Files.names(in: Repository.path(path))) != nil {
          left.append(path + "/")
        } else {
          found.append(path)
        }
      }
    }
    return found
  }

  private static let contributors = ["Sources/README.md", "Tests/README.md"]

  private static func documents() throws -> [String] {
    let handbook = try Files.names(in: Repository.path("Sources/Handbook")).filter { $0.hasSuffix(".md") }
    return ["README.md"] + contributors + handbook.map { "Sources/Handbook/" + $0 }
  }

  @Test func `every file and folder that a document names is there`() throws {
    let tree = try Self.tree()
    var count = 0
    for document in try Self.documents() {
      let text = try Files.readText(Repository.path(document))
      // The pictures of the house name files too; elsewhere blocks are commands and examples.
      for name in Self.words(text, withBlocks: Self.contributors.contains(document)) where Self.isNamed(name)
      {
        count += 1
        #expect(tree.contains { Self.means(name, $0) }, "\(document) names '\(name)'")
      }
    }
    #expect(count > 100, "\(count) names")
  }

  @Test(arguments: [
    ("Sources/Domain", true), ("Sources/Nowhere", false), ("Package.swift", true),
    ("Gates/QuietHours.swift", true),
    ("ates/QuietHours.swift", false), ("QuietHours.swift", true), ("Sources/QuietHours.swift", false),
  ])
  func `a name means a file of that path, or one whose path ends with it`(name: String, isThere: Bool) throws
  {
    #expect(try Self.tree().contains { Self.means(name, $0) } == isThere)
  }

  private static func means(_ name: String, _ path: String) -> Bool {
    path == name || path == name + "/" || path.hasSuffix("/" + name)
  }

  /// A path from the root of the tree, or a file of the program by its name.
  private static func isNamed(_ word: String) -> Bool {
    if word.contains("*") { return false }
    return [".swift", ".c", ".h", ".sh", ".py", ".modulemap"].contains { word.hasSuffix($0) }
      || ["Sources/", "Tests/", "config/", "systemd/"].contains { word.hasPrefix($0) }
  }

  /// What stands between backticks, and the words of blocks of code where those count.
  private static func words(_ text: String, withBlocks: Bool) -> [String] {
    var words: [String] = []
    for (index, part) in text.split(separator: "```", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 0 {
        let spans = part.split(separator: "`", omittingEmptySubsequences: false)
        words += spans.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      } else if withBlocks {
        let separators: [Character] = [" ", "\n", ",", "(", ")", ":"]
        words += part.split { separators.contains($0) }.map(String.init)
      }
    }
    return words
  }
}
