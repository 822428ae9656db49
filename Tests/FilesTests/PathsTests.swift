import Files
import Testing

@Suite struct PathsTests {
  @Test(arguments: [("a", "a"), ("a/", "a"), ("a//", "a"), ("/", "/"), ("//", "/"), ("", ""), ("./", ".")])
  func slashesAtTheEndGo(path: String, trimmed: String) {
    #expect(Paths.trimmed(path) == trimmed)
  }

  @Test(arguments: [("a", "."), ("a/b", "a"), ("a/b/", "a"), ("a//b", "a"), ("/a", "/"), ("/", "/"), ("../x", "..")])
  func parentIsWhatStandsBeforeTheLastName(path: String, parent: String) {
    #expect(Paths.parent(of: path) == parent)
  }

  @Test(arguments: [(".", "./.."), ("..", "../.."), ("a/..", "a/../.."), ("a/b", "a"), ("a..", "."), ("/", "/")])
  func aFolderIsAboveWhateverItsName(path: String, above: String) {
    #expect(Paths.above(path) == above)
  }

  @Test(arguments: [("a/b", "b"), ("a/b/", "b"), ("b", "b"), ("/", "/"), ("", "")])
  func lastComponent(path: String, last: String) { #expect(Paths.lastComponent(of: path) == last) }

  @Test(arguments: [
    ("dump/turns/x", "dump", true), ("dump2/turns/x", "dump", false), ("dump", "dump/", true), ("a//b/x", "a/b", true),
    ("x", ".", true), ("./a/x", "a", true), ("../x", ".", false), ("../x", "..", true), ("/a/x", "/a", true),
    ("/a/x", "a", false), ("a/x", "/", false), ("/ab", "/a", false), ("/a", "/", true),
  ])
  func insideByWholeNames(path: String, folder: String, isInside: Bool) {
    #expect(Paths.isInside(path, folder) == isInside)
  }

  @Test(arguments: [
    ("dump/a/b", "dump", "a/b"), ("dump/a/b", "dump//", "a/b"), ("dump2/a", "dump", "dump2/a"), ("x", ".", "x"),
    ("a/\u{301}b", "a", "\u{301}b"),
  ])
  func relativeToAFolderAsItIsWritten(path: String, folder: String, relative: String) {
    #expect(Paths.relative(path, to: folder) == relative)
  }
}
