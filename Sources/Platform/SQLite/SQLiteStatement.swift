internal import CSQLite
internal import Glibc

/// Owns a `sqlite3_stmt`.
///
/// To execute: `start`, bind the values, `step` until it returns false, `finish`.
final class SQLiteStatement: SQLBinder {
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let buffer: BindingBuffer
  private let text: String
  private let parameterCount: Int32
  private var bound: Int32 = 0
  private var mark = 0
  /// Whether it is between `start` and `finish`: its rows are being read, and it cannot be started again.
  private(set) var isRunning = false

  /// - Parameter isKept: whether the statement lives as long as its connection.
  init(database: OpaquePointer, text: String, buffer: BindingBuffer, isKept: Bool) throws(SQLError) {
    var handle: OpaquePointer?
    let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let code = sqlite3_prepare_v3(database, text, -1, flags, &handle, nil)
    guard code == SQLITE_OK else { throw SQLiteError.last(of: database, code: code, statement: text) }
    guard let handle else { throw SQLError(.misuse, "there is no statement in the text", statement: text) }
    self.handle = handle
    self.database = database
    self.text = text
    self.buffer = buffer
    parameterCount = sqlite3_bind_parameter_count(handle)
  }

  deinit { sqlite3_finalize(handle) }

  /// The current row, borrowed for reading.
  var row: Row { Row(sqlite: handle) }

  func start() {
    isRunning = true
    bound = 0
    mark = buffer.mark
  }

  func finish() {
    sqlite3_reset(handle)
    buffer.rewind(to: mark)
    isRunning = false
  }

  /// Returns true if a row is ready, false at the end.
  func step() throws(SQLError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw SQLiteError.last(of: database, code: code, statement: text)
    }
  }

  func requireAllBound() throws(SQLError) {
    guard bound == parameterCount else {
      throw .wrongCount(bound: Int(bound), wanted: Int(parameterCount), in: text)
    }
  }

  // MARK: SQLBinder

  func bind(_ value: Int64) throws(SQLError) {
    bound += 1
    try check(sqlite3_bind_int64(handle, bound, value))
  }

  func bind(_ value: Double) throws(SQLError) {
    bound += 1
    try check(sqlite3_bind_double(handle, bound, value))
  }

  func bindNull() throws(SQLError) {
    bound += 1
    try check(sqlite3_bind_null(handle, bound))
  }

  func bind(_ value: String) throws(SQLError) {
    if let done: Result<Void, SQLError> = value.utf8.withContiguousStorageIfAvailable({ bytes in
      Result { () throws(SQLError) in try bind(utf8: UnsafeRawBufferPointer(bytes)) }
    }) {
      try done.get()
    } else {
      let bytes = Array(value.utf8)
      let done = bytes.withUnsafeBytes { bytes in
        Result { () throws(SQLError) in try bind(utf8: bytes) }
      }
      try done.get()
    }
  }

  func bind(utf8 bytes: UnsafeRawBufferPointer) throws(SQLError) {
    bound += 1
    if let start = bytes.baseAddress, memchr(start, 0, bytes.count) != nil {
      throw .textHoldsNul(in: text)
    }
    let length = sqlite3_uint64(bytes.count)
    if let kept = buffer.copy(bytes) {
      try check(
        csqlite_bind_text_static(handle, bound, kept.assumingMemoryBound(to: CChar.self), length))
    } else {
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      try check(csqlite_bind_text_transient(handle, bound, start, length))
    }
  }

  func bind(_ value: [UInt8]) throws(SQLError) {
    bound += 1
    let code = value.withUnsafeBytes { bytes in
      // A null pointer would bind NULL, so even an empty value needs an address.
      if let kept = buffer.copy(bytes) {
        csqlite_bind_blob_static(handle, bound, kept, sqlite3_uint64(bytes.count))
      } else {
        csqlite_bind_blob_transient(handle, bound, bytes.baseAddress, sqlite3_uint64(bytes.count))
      }
    }
    try check(code)
  }

  private func check(_ code: Int32) throws(SQLError) {
    if code == SQLITE_OK { return }
    if bound > parameterCount { throw .wrongCount(bound: Int(bound), wanted: Int(parameterCount), in: text) }
    throw SQLiteError.last(of: database, code: code, statement: text)
  }
}
