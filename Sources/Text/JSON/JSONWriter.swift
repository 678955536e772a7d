/// Writes JSON straight into bytes, without a tree.
///
/// The writer puts the commas and colons; the caller must match each `begin` with its `end` and each key with
/// a value. Several values at the top level are joined by commas.
///
///     var writer = JSONWriter()
///     writer.object {
///       $0.field("id", "ann")
///       $0.key("tags")
///       $0.array { $0.value("vip") }
///     }
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  package init(reserving capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Discards the output and keeps the capacity.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  package mutating func beginObject() { begin(UInt8(ascii: "{")) }
  package mutating func endObject() { end(UInt8(ascii: "}")) }
  package mutating func beginArray() { begin(UInt8(ascii: "[")) }
  package mutating func endArray() { end(UInt8(ascii: "]")) }

  package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    beginObject()
    try body(&self)
    endObject()
  }

  package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    beginArray()
    try body(&self)
    endArray()
  }

  package mutating func key(_ key: String) {
    separate()
    JSON.append(key, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  package mutating func value(_ value: String) {
    separate()
    JSON.append(value, to: &bytes)
  }

  package mutating func value(_ value: some FixedWidthInteger) {
    separate()
    DecimalText.append(value, to: &bytes)
  }

  /// The most common case: the generic one above is slow when called from another module.
  package mutating func value(_ value: Int64) {
    separate()
    DecimalText.append(value, to: &bytes)
  }

  /// A number that is not finite becomes `null`.
  package mutating func value(_ value: Double) {
    separate()
    JSON.append(value, to: &bytes)
  }

  package mutating func value(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func value(_ value: JSON) {
    separate()
    value.write(into: &bytes)
  }

  /// Appends bytes that are already one JSON value, such as a stored payload.
  package mutating func raw(_ value: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: value)
  }

  package mutating func field(_ name: String, _ value: String) {
    key(name)
    self.value(value)
  }
  package mutating func field(_ name: String, _ value: some FixedWidthInteger) {
    key(name)
    self.value(value)
  }
  package mutating func field(_ name: String, _ value: Int64) {
    key(name)
    self.value(value)
  }
  package mutating func field(_ name: String, _ value: Double) {
    key(name)
    self.value(value)
  }
  package mutating func field(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }
  package mutating func field(_ name: String, _ value: JSON) {
    key(name)
    self.value(value)
  }
  /// nil is written as `null`.
  package mutating func field(_ name: String, _ value: String?) {
    key(name)
    if let value { self.value(value) } else { null() }
  }

  private mutating func begin(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func end(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}
