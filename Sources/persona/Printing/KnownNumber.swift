/// `value`; nil if there is none or it is not finite, for which JSON has no number.
func known(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
