package import Files

/// What writes tensors in one format.
package struct TensorWriting: Sendable {
  /// Whether a file holds any number of tensors, under names and beside other values; otherwise one, without a name.
  package let holdsMany: Bool
  /// The type in which elements of a type are written; it holds every value of that exactly.
  package let written: @Sendable (ElementType) -> ElementType
  /// A writer of the tensors that are declared.
  package let open:
    @Sendable (OutputFile, [TensorDeclaration], [(key: String, value: String)]) throws -> any TensorWriter

  init(
    holdsMany: Bool, written: @escaping @Sendable (ElementType) -> ElementType = { $0 },
    open:
      @escaping @Sendable (OutputFile, [TensorDeclaration], [(key: String, value: String)]) throws -> any TensorWriter
  ) {
    (self.holdsMany, self.written, self.open) = (holdsMany, written, open)
  }
}

/// A tensor to be written.
public struct TensorDeclaration: Sendable {
  /// The tensor's name.
  public let name: String
  /// The type of its elements.
  public let elementType: ElementType
  /// The extent of each dimension.
  public let shape: [Int]

  /// A tensor `name` of `shape`.
  public init(name: String, elementType: ElementType, shape: [Int]) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
  }

  var byteCount: Int { shape.reduce(elementType.byteCount, *) }
}

/// Writes the elements of tensors that were declared, those of a tensor in C order.
package protocol TensorWriter {
  /// Writes `bytes`, little-endian elements of the tensor's declared type, from its element `offset` on.
  func writeBytes(_ bytes: [UInt8], to name: String, at offset: Int) throws
  /// Ends and closes the file; every element must have been written, once.
  func finish() throws
}
