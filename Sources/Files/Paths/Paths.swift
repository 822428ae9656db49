/// Paths as texts, taken apart at their slashes without a look at the disk, so that errors show them as they were given.
public enum Paths {
  private static let slash = UInt8(ascii: "/")

  /// `path` without slashes at its end; the root stays.
  public static func trimmed(_ path: String) -> String {
    let kept = path.utf8.count - path.utf8.reversed().prefix { $0 == slash }.count
    return kept == path.utf8.count ? path : kept == 0 ? "/" : text(path.utf8.prefix(kept))
  }

  /// The names between the slashes.
  package static func components(_ path: String) -> [String] { path.utf8.split(separator: slash).map { text($0) } }

  /// The last name in `path`; `path` itself if it has none.
  public static func lastComponent(of path: String) -> String { components(path).last ?? path }

  /// `path` less its last name: the folder that a file lies in. `.` if that is all there is, and the root of itself.
  public static func parent(of path: String) -> String {
    let own = trimmed(path)
    guard let last = own.utf8.lastIndex(of: slash) else { return "." }
    return trimmed(last == own.utf8.startIndex ? "/" : text(own.utf8[..<last]))
  }

  /// The folder above the folder `path`, also where that is `.` or ends in `..`, whose own text names none above.
  package static func above(_ path: String) -> String {
    [".", ".."].contains(components(path).last) ? "\(trimmed(path))/.." : parent(of: path)
  }

  /// Whether `path` is `folder` or lies in it: by whole names, so that `dump2` does not lie in `dump`. Neither is resolved;
  /// `.` holds what is given relative to it.
  package static func isInside(_ path: String, _ folder: String) -> Bool {
    let (own, outer) = (names(path), names(folder))
    return path.utf8.first == slash
      ? folder.utf8.first == slash && own.starts(with: outer)
      : folder.utf8.first != slash && own.starts(with: outer) && own.dropFirst(outer.count).first != ".."
  }

  private static func names(_ path: String) -> [String] { components(path).filter { $0 != "." } }

  /// What follows `folder` in `path`, which begins with it as it is written; else `path`.
  package static func relative(_ path: String, to folder: String) -> String {
    let prefix = trimmed(folder) + "/"
    return path.utf8.starts(with: prefix.utf8) ? text(path.utf8.dropFirst(prefix.utf8.count)) : path
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
