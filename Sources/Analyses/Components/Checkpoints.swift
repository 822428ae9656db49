internal import Dumps
internal import Files
internal import FoundationEssentials
internal import LinearAlgebra

/// What a run keeps while it goes on, for a run that comes after one that was killed: sums over the shards that are done.
///
/// The sums of a pass are kept by the node of the tree that they are at, so that they can be gone on from by any number of threads or
/// processes.
struct Checkpoints: Sendable {
  private static let identityName = "run.json"

  private let folder: IntermediateFolder
  private let identity: String
  var path: String { folder.path }

  /// Those in the folder `path`, of a run of `identity` whose files are in the states `states`; those of another one are removed if `clears`.
  ///
  /// - Parameter clears: whether no other process has begun to keep sums of this run there.
  init(
    path: String, identity: RunIdentity, states: [FileState], options: [String: String], clears: Bool = true
  ) throws {
    folder = try IntermediateFolder(path: path)
    self.identity = try [
      encodeJSON(identity, pretty: false), encodeJSON(states, pretty: false), encodeJSON(options, pretty: false),
    ].joined(separator: "\n")
    let file = "\(path)/\(Self.identityName)"
    guard clears, fileKind(path) == .folder else { return }
    let known = fileKind(file) == .file ? (try? readFile(file)).map { String(decoding: $0, as: UTF8.self) } : nil
    if known != self.identity { removeAll() }
  }

  /// The nodes of `pass` over shards of `own`, of `shards` in all, that are there and whole, as far as they are of different shards.
  func tree(_ pass: String, of own: [Int], shards: Int, lengths: [Int]) -> ReductionTree {
    let wanted = Set(own)
    var tree = ReductionTree(shards: shards)
    // One that is damaged is of no use, and of no harm. The larger ones first: those that they are sums of may be there as well.
    let found = names(pass).flatMap { (try? NodeFile.contents(of: "\(path)/\($0)"))?.nodes ?? [] }
    for node in found.sorted(by: { $0.place.level > $1.place.level }) {
      let own = node.place.shards(of: shards)
      guard !own.isEmpty, wanted.isSuperset(of: own), Set(tree.summed).isDisjoint(with: own),
        let read = try? NodeFile.read(node, lengths: lengths)
      else { continue }
      tree.insert(read.sums, at: node.place)
    }
    return tree
  }

  /// Keeps the nodes of `tree`, in place of those that they are sums of.
  func save(_ tree: ReductionTree, _ pass: String) throws {
    try begin()
    func name(_ place: ReductionTree.Place) -> String { "\(pass).\(place.level)-\(place.index).safetensors" }
    let there = names(pass)
    for (place, sums) in tree.nodes.sorted(by: { $0.key < $1.key }) where !there.contains(name(place)) {
      let file = try folder.file(named: name(place))
      try NodeFile.write([.init(layer: 0, place: place, shift: sums.sums, sums: sums)], [], to: file)
      try file.commit(isFlushed: false)
    }
    // Those below the nodes that are kept now. Other processes' nodes, of other shards, stay.
    folder.remove(
      there.filter { file in
        guard let place = Self.place(file) else { return false }
        return tree.nodes.keys.contains { $0 != place && $0.covers(place) }
      })
  }

  /// The place of the node in the file `name`, `….LEVEL-INDEX.safetensors`.
  private static func place(_ name: String) -> ReductionTree.Place? {
    let parts = name.split(separator: ".").dropLast().last?.split(separator: "-").compactMap { Int($0) } ?? []
    return parts.count == 2 ? .init(level: parts[0], index: parts[1]) : nil
  }

  /// Keeps the components of a layer that is done, in place of its sums.
  func save(_ layer: LayerComponents) throws {
    try begin()
    let file = try folder.file(named: FinishedLayer.name(layer.layer))
    try FinishedLayer.write(layer, to: file)
    try file.commit(isFlushed: false)
    folder.remove(((try? folderContents(path)) ?? []).filter { $0.hasPrefix("layer-\(layer.layer)-") })
  }

  /// The components of the layer, if they are there and whole.
  func layer(_ number: Int) -> LayerComponents? {
    try? FinishedLayer.read("\(path)/\(FinishedLayer.name(number))", layer: number)
  }

  private func names(_ pass: String) -> [String] {
    ((try? folderContents(path)) ?? []).filter { $0.hasPrefix("\(pass).") }
  }

  private func begin() throws {
    if fileKind("\(path)/\(Self.identityName)") == .file { return }
    let file = try folder.file(named: Self.identityName)
    try file.write(identity)
    try file.commit(isFlushed: false)
  }

  /// Removes the folder.
  func removeAll() {
    let names = ((try? folderContents(path)) ?? []).filter { $0.hasPrefix("layer-") && $0.hasSuffix(".safetensors") }
    // The identity first: what is left of a removal that is killed must not pass for this run's.
    folder.remove([Self.identityName] + names)
  }
}
