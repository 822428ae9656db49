internal import Glibc

/// What a path names.
public enum FileKind: Sendable, Equatable {
  /// A regular file.
  case file
  /// A folder.
  case folder
  /// A pipe, socket or device, a link that leads nowhere, or something that may not be looked at.
  case special
  /// Nothing.
  case missing
}

/// What `path` names, links followed.
public func fileKind(_ path: String) -> FileKind {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else {
    // Something is there whose reading will say what is wrong with it; taken for nothing, it would be left out unsaid.
    let isNothing = unsafe (errno == ENOENT || errno == ENOTDIR) && lstat(path, &status) != 0
    return isNothing ? .missing : .special
  }
  return switch status.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  default: .special
  }
}

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

/// The names in the folder at `path`, in code-point order, without `.` and `..`.
///
/// - Throws: `FileError` if it is no folder or may not be read.
public func folderContents(_ path: String) throws -> [String] {
  guard let folder = unsafe opendir(path) else {
    let reason = lastSystemError()
    throw FileError(
      path: path,
      fault: errno == ENOENT ? AccessFault.missing : AccessFault.system(operation: "list the folder", reason: reason))
  }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { unsafe String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
}
