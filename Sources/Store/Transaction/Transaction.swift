package import Platform

/// The statements of the store, inside one transaction of one connection.
///
/// Every method takes and gives whole arrays, so that a batch costs a batch; none leaves a cursor open. Confined to
/// the thread that runs the transaction; it must not be kept after it. All methods throw `SQLError`.
package struct Transaction {
  package let connection: any SQLConnection

  package init(_ connection: any SQLConnection) { self.connection = connection }
}
