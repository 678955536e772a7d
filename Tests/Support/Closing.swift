/// Runs `body`, then `close`, also after an error.
package func closing<Result>(
  _ close: () async -> Void, after body: () async throws -> Result
) async throws -> Result {
  do {
    let result = try await body()
    await close()
    return result
  } catch {
    await close()
    throw error
  }
}
