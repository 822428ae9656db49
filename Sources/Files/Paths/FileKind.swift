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

/// What `path` names, links followed; a run takes note of it, as of an input.
public func fileKind(_ path: String) -> FileKind {
  let kind = kind(of: path)
  InputStates.current?.note(kind, at: path)
  return kind
}

/// What `path` names, links followed, without a note: of outputs. A name that is longer than a file system takes names nothing; making it
/// will say so.
package func kindNow(of path: String) -> FileKind {
  kind(of: path, isNothing: [ENOENT, ENOTDIR, ENAMETOOLONG])
}

private func kind(of path: String, isNothing: Set<Int32> = [ENOENT, ENOTDIR]) -> FileKind {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else {
    // Something is there whose reading will say what is wrong with it; taken for nothing, it would be left out unsaid.
    let isMissing = unsafe isNothing.contains(errno) && lstat(path, &status) != 0
    return isMissing ? .missing : .special
  }
  return switch status.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  default: .special
  }
}
