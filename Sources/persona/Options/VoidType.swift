internal import ArgumentParser
internal import TensorFiles

/// What NumPy's raw two-byte type can stand for.
enum VoidType: String, ExpressibleByArgument, CaseIterable {
  case bfloat16

  var elementType: ElementType { .bfloat16 }
}
