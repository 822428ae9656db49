/// What a file of `torch.save` is written of: tensors among the plain values of Python.
package indirect enum TorchValue: Sendable {
  case dictionary([(key: String, value: TorchValue)])
  case list([TorchValue])
  case text(String)
  case integer(Int)
  case number(Double)
  /// A contiguous tensor on the CPU of float32 or float64: its elements in C order, rounded to the type.
  case tensor(ElementType, shape: [Int], [Double])
}
