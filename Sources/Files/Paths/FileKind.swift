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
  let kind = kindNow(of: path)
  InputStates.current?.note(kind, at: path)
  return kind
}

/// What `path` names, links followed, without a note: of outputs.
package func kindNow(of path: String) -> FileKind {
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
