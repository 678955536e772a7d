import Platform

/// Files of the source tree that are tested as they stand.
enum Repository {
  static func path(_ name: String) -> String {
    let tests = FilePath.directory(of: FilePath.directory(of: FilePath.directory(of: #filePath)))
    return FilePath.directory(of: tests) + "/" + name
  }
}
