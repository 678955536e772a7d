/// A model fitted to a shop's customers.
package struct Fit<Model: Sendable>: Sendable {
  package let model: Model
  /// Of the data alone, without the prior.
  package let logLikelihood: Double
  /// False if the search did not converge: the model is the best one seen and should not be used.
  package let isConverged: Bool
}

extension Fit: Equatable where Model: Equatable {}
