internal import Dumps
internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// Sums over shards as a file: of each node of each layer `counts` (3: rows, rows left out, Σ |x − shift|²), `sums` (d), `products` and
/// `shift` (d), with a digest of these in the metadata, and one of the metadata.
enum NodeFile {
  /// A node of a layer, by the layer's place among those wanted.
  struct Node: Sendable {
    let layer: Int
    let place: ReductionTree.Place
    let shift: [Double]
    let sums: ShardSums

    fileprivate var name: String { "\(layer).\(place.level).\(place.index)" }
    fileprivate var lists: [[Double]] {
      [[Double(sums.rows), Double(sums.skipped), sums.squares], sums.sums, shift] + sums.products
    }
  }

  /// A node that a file has.
  struct Found: Sendable {
    let path: String
    let layer: Int
    let place: ReductionTree.Place

    fileprivate var name: String { "\(layer).\(place.level).\(place.index)" }
  }

  private static func digest(_ lists: [[Double]]) -> String {
    let digest = ContentDigest()
    for list in lists { digest.update(ElementType.float64.encode(list[...])[...]) }
    return digest.text
  }

  private static let digestKey = "digest"

  /// The digest of `metadata`, in whatever order they are.
  private static func digest(of metadata: [(key: String, value: String)]) -> String {
    let digest = ContentDigest()
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != digestKey {
      digest.update("\(key.utf8.count) \(key) \(value.utf8.count) \(value)\n")
    }
    return digest.text
  }

  /// Writes `nodes` and what they are of.
  static func write(_ nodes: [Node], _ metadata: [(key: String, value: String)], to file: OutputFile) throws {
    let tensors = nodes.flatMap { node in
      [
        TensorDeclaration(name: "\(node.name).counts", elementType: .float64, shape: [3]),
        .init(name: "\(node.name).sums", elementType: .float64, shape: [node.sums.sums.count]),
        .init(name: "\(node.name).shift", elementType: .float64, shape: [node.shift.count]),
        .init(
          name: "\(node.name).products", elementType: .float64,
          shape: [node.sums.products.reduce(0) { $0 + $1.count }]),
      ]
    }
    let entries = metadata + nodes.map { (key: "digest.\($0.name)", value: digest($0.lists)) }
    let writer = try SafetensorsWriter(
      file, tensors: tensors, metadata: entries + [(key: digestKey, value: digest(of: entries))])
    for node in nodes {
      let lists = node.lists
      for (list, name) in zip(lists, ["counts", "sums", "shift"]) { try writer.write(list, to: "\(node.name).\(name)") }
      var start = 0
      for list in node.sums.products {
        try writer.write(list, to: "\(node.name).products", at: start)
        start += list.count
      }
    }
    writer.checkComplete()
  }

  /// What the file at `path` says of itself, and the nodes that it has.
  ///
  /// - Throws: `FileError` if it is no such file, or its metadata are not what was written.
  static func contents(of path: String) throws -> (metadata: [String: String], nodes: [Found]) {
    let file = try TensorFile(path: path)
    let metadata = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    guard let known = metadata[digestKey] else { throw FileError(path: path, fault: PartsFault.notAPart) }
    guard known == digest(of: file.metadata.map { (key: $0.key, value: $0.value) }) else {
      throw FileError(path: path, fault: PartsFault.damaged)
    }
    let nodes = try file.tensors.filter { $0.name.hasSuffix(".counts") }.map { tensor in
      let numbers = tensor.name.split(separator: ".").compactMap { Int($0) }
      guard numbers.count == 3, (0..<32).contains(numbers[1]), (0..<1 << 20).contains(numbers[2]) else {
        throw FileError(path: path, fault: PartsFault.notAPart)
      }
      return Found(path: path, layer: numbers[0], place: .init(level: numbers[1], index: numbers[2]))
    }
    return (metadata, nodes)
  }

  /// Reads a node.
  ///
  /// - Parameter lengths: those of the lists of products.
  /// - Throws: `FileError` if its content is not what was written.
  static func read(_ found: Found, lengths: [Int]) throws -> Node {
    let file = try TensorFile(path: found.path)
    func list(_ name: String) throws -> [Double] { try file.read(try file.tensor(named: "\(found.name).\(name)")) }
    let (counts, sums, shift) = (try list("counts"), try list("sums"), try list("shift"))
    var products = try list("products")[...]
    guard counts.count == 3, products.count == lengths.reduce(0, +), shift.count == sums.count,
      let rows = Int(exactly: counts[0]), let skipped = Int(exactly: counts[1])
    else { throw FileError(path: found.path, fault: PartsFault.damaged) }
    var lists: [[Double]] = []
    for length in lengths {
      lists.append(Array(products.prefix(length)))
      products = products.dropFirst(length)
    }
    let node = Node(
      layer: found.layer, place: found.place, shift: shift,
      sums: ShardSums(rows: rows, skipped: skipped, sums: sums, squares: counts[2], products: lists))
    guard file.metadata.contains(where: { $0.key == "digest.\(found.name)" && $0.value == digest(node.lists) }) else {
      throw FileError(path: found.path, fault: PartsFault.damaged)
    }
    return node
  }
}
