extension TensorFormat {
  /// A file of `torch.save`, PyTorch 1.6 and later.
  public static let torch = TensorFormat(
    name: "torch", endings: ["pt", "pth"],
    recognition: .archive { archive in archive.members.contains { $0.name.hasSuffix(TorchArchive.pickleSuffix) } },
    open: { try $0.archive.map { try TorchArchive($0).content() } ?? FileContent() },
    refusal: TorchArchive.faultOfOtherContainer)

  /// A file of `torch.save` before PyTorch 1.6, or without its zip archive.
  public static let legacyTorch = TensorFormat(
    name: "legacy", endings: ["pt", "pth"], recognition: .magic([LegacyTorchFile.start]),
    open: { try LegacyTorchFile($0.source).content() })
}
