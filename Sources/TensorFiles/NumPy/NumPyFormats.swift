extension TensorFormat {
  /// One array of NumPy.
  public static let npy = TensorFormat(
    name: "npy", endings: ["npy"], recognition: .magic([NumPyHeader.magic]),
    open: { FileContent(tensors: [try tensorOfNPY($0.source, void: $0.void)]) },
    writing: .tensors(
      TensorWriting(holdsMany: false, written: { $0.widensToFloat32 ? .float32 : $0 }) { file, tensors, _ in
        try NumPyWriter(file, elementType: tensors[0].elementType, shape: tensors[0].shape)
      }))

  /// A zip archive of NumPy's arrays: any that is of no other format.
  public static let npz = TensorFormat(
    name: "npz", endings: ["npz"], recognition: .archive { _ in true },
    open: { opening in
      try opening.archive.map { try contentOfNPZ($0, void: opening.void) } ?? FileContent()
    })
}
