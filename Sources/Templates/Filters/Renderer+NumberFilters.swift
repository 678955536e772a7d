import Domain

extension Renderer {
  func calculate(
    _ filter: Filter, _ input: LiquidValue, _ first: LiquidValue?
  ) throws(FilterFailure) -> LiquidValue {
    if let result = try calculateMoney(filter, input.value, first?.value) { return .plain(result) }
    let number = number(input)
    let argument = self.number(first ?? .null)
    switch filter {
    case .plus: return .plain(try Number.apply(.plus, number, argument))
    case .minus: return .plain(try Number.apply(.minus, number, argument))
    case .times: return .plain(try Number.apply(.times, number, argument))
    case .dividedBy: return .plain(try Number.apply(.dividedBy, number, argument))
    case .modulo: return .plain(try Number.apply(.modulo, number, argument))
    case .atLeast: return .plain((Number.less(number, argument) ? argument : number).value)
    case .atMost: return .plain((Number.less(argument, number) ? argument : number).value)
    case .ceil, .floor:
      guard case .decimal(let decimal) = number else { return .plain(number.value) }
      return .plain(.integer(try whole(decimal.rounded(filter == .ceil ? .up : .down, places: 0))))
    case .round: return .plain(try rounded(number, first))
    default:
      switch number {
      case .integer(let integer): return .plain(.integer(integer == .min ? .max : Swift.abs(integer)))
      case .decimal(let decimal): return .plain(.number(Swift.abs(decimal.double)))
      }
    }
  }

  /// Ranges and loops count as 0, like everything that is not a number.
  private func number(_ value: LiquidValue) -> Number {
    switch value {
    case .plain(let value): Number(value)
    case .safe(let text): Number(text: text)
    default: .integer(0)
    }
  }

  private func whole(_ decimal: Decimal) throws(FilterFailure) -> Int64 {
    guard let integer = decimal.integer else { throw FilterFailure("the result is too large") }
    return integer
  }

  private func rounded(_ number: Number, _ places: LiquidValue?) throws(FilterFailure) -> Value {
    let argument = self.number(places ?? .integer(0))
    let toZero: Decimal.Rounding = argument.decimal.isNegative ? .up : .down
    let count = Int(clamping: argument.decimal.rounded(toZero, places: 0).integer ?? 0)
    let decimal = number.decimal.rounded(.halfAwayFromZero, places: max(-40, min(count, 400)))
    if case .integer = number { return .integer(try whole(decimal)) }
    if count <= 0 { return .integer(try whole(decimal)) }
    return .number(decimal.double)
  }

  /// Arithmetic with money gives money: it can be added to money of the same currency or to major units, and
  /// multiplied and divided by numbers; rounded half away from zero to the minor unit. `nil` if `input` is
  /// not money.
  private func calculateMoney(
    _ filter: Filter, _ input: Value, _ argument: Value?
  ) throws(FilterFailure) -> Value? {
    guard case .money(let money) = input else { return nil }
    if case .money(let other)? = argument, other.currency != money.currency {
      throw FilterFailure("cannot mix \(money.currency.code) and \(other.currency.code)")
    }
    let digits = money.currency.fractionDigits
    let amount = Number(input).decimal
    let operand = Number(argument ?? .integer(0)).decimal
    let result: Decimal?
    switch filter {
    case .plus: result = Decimal.add(amount, operand)
    case .minus: result = operand.negated.flatMap { Decimal.add(amount, $0) }
    case .times: result = Decimal.multiply(amount, operand)
    case .dividedBy:
      guard operand.digits != 0 else { throw FilterFailure("divided by 0") }
      if case .money? = argument { return nil }
      result = Decimal.divide(amount, operand)
    case .atLeast: result = Decimal.less(amount, operand) ? operand : amount
    case .atMost: result = Decimal.less(operand, amount) ? operand : amount
    case .abs:
      result = amount.digits < 0 ? amount.negated : amount
    case .ceil: result = amount.rounded(.up, places: 0)
    case .floor: result = amount.rounded(.down, places: 0)
    case .round:
      let places = Number(argument ?? .integer(0)).decimal.integer ?? 0
      result = amount.rounded(.halfAwayFromZero, places: Int(clamping: max(-20, min(places, 20))))
    default: return nil
    }
    guard let result else { throw FilterFailure("the result is too large") }
    return .money(Money(minorUnits: try minorUnits(result, digits), currency: money.currency))
  }

  func minorUnits(_ amount: Decimal, _ fractionDigits: Int) throws(FilterFailure) -> Int64 {
    let rounded = amount.rounded(.halfAwayFromZero, places: fractionDigits)
    return try whole(Decimal(digits: rounded.digits, exponent: rounded.exponent + fractionDigits))
  }

  func money(_ input: LiquidValue, _ code: LiquidValue?) throws(FilterFailure) -> LiquidValue {
    if case .plain(.money(let money)) = input { return .string(formatted(money)) }
    var currency = context.environment.currency
    if let code {
      guard let named = Currency(text(code)), named.isListed else {
        throw FilterFailure("'\(shortened(text(code)))' is not a currency")
      }
      currency = named
    }
    switch input {
    case .plain(.integer), .plain(.number), .plain(.string), .safe:
      let units = try minorUnits(Number(input.value).decimal, currency.fractionDigits)
      return .string(formatted(Money(minorUnits: units, currency: currency)))
    default: throw FilterFailure("\(input.value.kind) is not an amount of money")
    }
  }

  private func formatted(_ money: Money) -> String {
    context.environment.moneyFormat.text(money, space: escape == .html ? "\u{A0}" : " ")
  }
}
