/// The files of `Page/`, which the compiler puts into this module.
enum PageFiles {
  static let figureSheet = text(PackageResources.figure_css)
  static let pageSheet = text(PackageResources.report_css)
  /// The parts of the script, one behind the other: a later one uses what the earlier ones declare.
  static let script = [
    PackageResources.page_js, PackageResources.layers_js, PackageResources.pointing_js, PackageResources.search_js,
    PackageResources.tables_js, PackageResources.conversation_js, PackageResources.start_js,
  ].map(text).joined(separator: "\n")

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
