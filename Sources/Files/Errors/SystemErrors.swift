internal import Glibc

/// The reason of a failed system call, in words.
package func systemError(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// The reason of the last failed system call, in words.
package func lastSystemError() -> String { systemError(errno) }
