internal import CMicroHTTPD
internal import Glibc

/// The functions libmicrohttpd calls, on its own threads; one connection is always served by one thread.
enum HTTPServerCallbacks {
  /// A connection came or goes: `socketContext` keeps its record, retained in between.
  static let connection:
    @convention(c) (
      UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
      MHD_ConnectionNotificationCode
    ) -> Void = { context, connection, socketContext, event in
      guard let context, let connection, let socketContext else { return }
      let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
      if event == .CONNECTION_NOTIFY_STARTED {
        let address = HTTPServerExchange.clientAddress(connection)
        let record = ServerConnection(
          descriptor: cmhd_connection_fd(connection), address: address, limit: core.configuration.headDeadline
        )
        socketContext.pointee = Unmanaged.passRetained(record).toOpaque()
        core.reaper.add(record)
        if !core.addresses.enter(address) { record.refuse() }
      } else if let pointer = socketContext.pointee {
        let record = Unmanaged<ServerConnection>.fromOpaque(pointer).takeRetainedValue()
        socketContext.pointee = nil
        core.reaper.remove(record)
        core.addresses.leave(record.address)
      }
    }

  /// The first line has come: the pointer returned becomes the request's context, released by `completed`.
  static let target:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
    ) -> UnsafeMutableRawPointer? = { context, target, connection in
      guard let context, let target, let connection else { return nil }
      let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
      guard let pointer = cmhd_socket_context(connection) else { return nil }
      let record = Unmanaged<ServerConnection>.fromOpaque(pointer).takeUnretainedValue()
      core.requestBegan()
      return Unmanaged.passRetained(HTTPServerExchange(core: core, connection: record, target: target))
        .toOpaque()
    }

  /// Leaves escapes as they are: the library would decode `%2F` and cut the path at `%00`.
  static let unescape:
    @convention(c) (
      UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?
    ) -> Int = { _, _, text in text.map { strlen($0) } ?? 0 }

  static let access:
    @convention(c) (
      UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?,
      UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result = { _, connection, _, method, version, data, size, exchange in
      guard let connection, let method, let version, let size, let pointer = exchange?.pointee else {
        return .NO
      }
      let exchange = Unmanaged<HTTPServerExchange>.fromOpaque(pointer).takeUnretainedValue()
      return exchange.step(
        connection, method: method, version: version,
        data: UnsafeRawBufferPointer(start: data, count: size.pointee),
        size: size)
    }

  static let completed:
    @convention(c) (
      UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
      MHD_RequestTerminationCode
    ) -> Void = { _, _, exchange, _ in
      guard let pointer = exchange?.pointee else { return }
      exchange?.pointee = nil
      Unmanaged<HTTPServerExchange>.fromOpaque(pointer).takeRetainedValue().end()
    }
}
