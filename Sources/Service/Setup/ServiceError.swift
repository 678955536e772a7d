internal import Delivery
internal import Glibc
internal import Platform
internal import Store

/// Why the daemon did not start or a command failed, with its exit code of sysexits.
package struct ServiceError: Error, Equatable, CustomStringConvertible {
  package var description: String
  package var exitCode: Int32

  package init(_ description: String, exitCode: Int32) {
    self.description = description
    self.exitCode = exitCode
  }
}

extension ServiceError {
  /// Converts any error, with the exit code documented in the handbook's topic `commands`.
  package init(telling error: any Error) {
    switch error {
    case let error as ServiceError: self = error
    default: self.init(ErrorText.text(error), exitCode: Self.exitCode(of: error))
    }
  }

  private static func exitCode(of error: any Error) -> Int32 {
    switch error {
    case let error as StoreError: error.exitCode
    case let error as SQLError: StoreError.database(error).exitCode
    case let error as ControlError: error.exitCode
    case let error as FileError: error.exitCode
    case let error as HTTPServerError:
      if case .badAddress = error { EX_CONFIG } else { EX_OSERR }
    case is ChannelSetupError: EX_CONFIG
    case is SystemError: EX_OSERR
    default: EX_IOERR
    }
  }
}
