internal import Platform
internal import Service
internal import Store

/// The store that a command is about, and why it is this one.
struct StoreTarget {
  let location: StoreLocation
  /// A whole sentence for people.
  let text: String

  /// - Throws: `ServiceError` if nothing names a store.
  init(_ invocation: Invocation) throws {
    let options = invocation.options
    guard let url = options.store ?? DaemonAddress(configuration: options.configuration).store else {
      throw ServiceError(
        "\(options.configuration)/reprise.yaml names no store; is --config right?", exitCode: 78)
    }
    location = try StoreLocation(url: url)
    let reason =
      options.store == nil ? "as \(invocation.configuration)/reprise.yaml says" : "as the command line says"
    text = "The store is \(location), \(reason)."
  }
}
