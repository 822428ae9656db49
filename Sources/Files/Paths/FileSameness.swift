internal import Glibc

/// The absolute path of `path`, links followed, or nil if there is nothing.
public func resolvedPath(_ path: String) -> String? {
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// Whether `a` and `b` are one file, by whatever names or links.
public func areSameFile(_ a: String, _ b: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard unsafe stat(a, &first) == 0, unsafe stat(b, &second) == 0 else { return false }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// Whether `path` still names the file that is open as `descriptor`.
package func isFile(at path: String, openAs descriptor: Int32) -> Bool {
  var (named, opened) = (stat(), stat())
  guard unsafe lstat(path, &named) == 0, unsafe fstat(descriptor, &opened) == 0 else { return false }
  return named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
}
