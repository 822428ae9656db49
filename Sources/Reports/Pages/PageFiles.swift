/// The files of `Page/`, which the compiler puts into this module.
enum PageFiles {
  static let figureSheet = text(PackageResources.figure_css)
  static let pageSheet = text(PackageResources.report_css)
  static let script = text(PackageResources.report_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
