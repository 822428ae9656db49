internal import Dumps
internal import Files
internal import FoundationEssentials
internal import LinearAlgebra
internal import TensorFiles

/// The file of a part of a run over responses: of the n roles of it that have a vector `vectors` (n, layers, d) and
/// `within_sum_of_squares` (n, layers); `default` (layers, d) where that is a vector beside the responses; and, where vectors may have to
/// be freed of the questions, `answer_means` (n, layers, d) and sums over roles, `sums.LEVEL.INDEX` (layers, questions, d).
///
/// `digests` has the digest of the metadata, and of each block of numbers that is read at once.
struct VectorsPart: Sendable {
  /// What the metadata say beside what the part is of.
  struct Content: Sendable, Codable {
    /// The roles of the part, in order.
    let records: [ResponseRecord]
    /// The files that those with a vector were made of.
    let inputs: [InputDigest]
    /// The questions of their answers; none where effects of questions are not looked for.
    let tallies: [QuestionTally]
    /// The places of the nodes, by level and index.
    let nodes: [[Int]]
    let hasDefault: Bool

    var used: [ResponseRecord] { records.filter(\.isUsed) }
    var places: [ReductionTree.Place] { nodes.map { .init(level: $0[0], index: $0[1]) } }
  }

  /// Numbers of a tensor, from one index along each of the first axes on.
  struct Piece {
    let tensor: String
    let at: [Int]
  }

  let path: String
  let metadata: PartMetadata<VectorsIdentity>
  let content: Content
  private let file: TensorFile
  private let digests: [String]

  /// Opens that at `path`.
  ///
  /// - Throws: `FileError` if it is no part, or not what was written.
  init(_ path: String) throws {
    self.path = path
    file = try TensorFile(path: path)
    let entries = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    metadata = try PartMetadata(entries, path: path)
    guard let text = entries["content"],
      let content = try? JSONDecoder().decode(Content.self, from: Data(text.utf8)),
      content.nodes.allSatisfy({ $0.count == 2 && (0..<32).contains($0[0]) && (0..<1 << 31).contains($0[1]) }),
      let list = file.tensors.first(where: { $0.name == Self.digestsName }), list.shape.count == 2,
      list.shape[1] == Self.digestLength, list.elementType == .uint8
    else { throw FileError(path: path, fault: PartsFault.damaged) }
    self.content = content
    let bytes = try file.readBytes(list)
    digests = stride(from: 0, to: bytes.count, by: Self.digestLength).map {
      String(decoding: bytes[$0..<$0 + Self.digestLength], as: UTF8.self)
    }
    guard digests.count == Self.blocks(content, metadata.identity),
      digests[0] == Self.digest(of: try Self.entries(metadata, content))
    else { throw FileError(path: path, fault: PartsFault.damaged) }
  }

  /// What the block `block` holds, a list a piece.
  ///
  /// - Throws: `FileError` if it is not what was written.
  private func read(_ block: Int, _ pieces: [Piece]) throws -> [[Double]] {
    let lists = try pieces.map { piece in
      let entry = try file.tensor(named: piece.tensor)
      guard entry.elementType == .float64, entry.shape.count >= piece.at.count,
        zip(piece.at, entry.shape).allSatisfy({ $0 < $1 })
      else { throw FileError(path: path, fault: PartsFault.damaged) }
      return try file.read(
        entry, piece.at.map { $0..<$0 + 1 } + entry.shape.dropFirst(piece.at.count).map { 0..<$0 })
    }
    guard Self.digest(of: lists) == digests[block] else { throw FileError(path: path, fault: PartsFault.damaged) }
    return lists
  }

  /// The mean of the role at `place` among those with a vector.
  func mean(_ place: Int) throws -> RoleJob.Mean {
    let lists = try read(Self.block(ofRole: place), Self.pieces(ofRole: place))
    return RoleJob.Mean(vector: lists[0], sumsOfSquares: lists[1], digests: [])
  }

  /// The default's vector that lay beside the responses; nil if the part has none.
  func assistantVector() throws -> [Double]? {
    content.hasDefault ? try read(Self.defaultBlock(content), [Piece(tensor: "default", at: [])])[0] : nil
  }

  /// The means of answers in the layer at `layer`, of each role with a vector.
  func answerMeans(_ layer: Int) throws -> [[Double]] {
    try read(
      Self.block(ofLayer: layer, content), content.used.indices.map { Piece(tensor: "answer_means", at: [$0, layer]) })
  }

  /// The sums of the node at `node` in the layer at `layer`; shape (questions, d).
  func sums(_ node: Int, layer: Int) throws -> [Double] {
    try read(
      Self.block(ofLayer: layer, content) + 1 + node, [Piece(tensor: Self.name(content.places[node]), at: [layer])])[0]
  }
}

extension VectorsPart {
  static let digestsName = "digests"
  static let digestLength = 32

  static func name(_ node: ReductionTree.Place) -> String { "sums.\(node.level).\(node.index)" }

  static func digest(of lists: [[Double]]) -> String {
    let digest = ContentDigest()
    for list in lists { digest.update(ElementType.float64.encode(list[...])[...]) }
    return digest.text
  }

  static func digest(of entries: [(key: String, value: String)]) -> String {
    let digest = ContentDigest()
    for entry in entries { digest.update("\(entry.key)\n\(entry.value)\n") }
    return digest.text
  }

  static func entries(
    _ metadata: PartMetadata<VectorsIdentity>, _ content: Content
  ) throws -> [(key: String, value: String)] {
    try metadata.entries + [(key: "content", value: try encodeJSON(content, pretty: false))]
  }

  // The blocks: the metadata, the roles, the default, and of each layer the means of answers and the nodes.
  static func block(ofRole place: Int) -> Int { 1 + place }
  static func defaultBlock(_ content: Content) -> Int { 1 + content.used.count }
  static func block(ofLayer layer: Int, _ content: Content) -> Int {
    1 + content.used.count + (content.hasDefault ? 1 : 0) + layer * (1 + content.nodes.count)
  }
  static func blocks(_ content: Content, _ identity: VectorsIdentity) -> Int {
    block(ofLayer: content.nodes.isEmpty ? 0 : identity.shape.layers.count, content)
  }

  static func pieces(ofRole place: Int) -> [Piece] {
    [Piece(tensor: "vectors", at: [place]), Piece(tensor: "within_sum_of_squares", at: [place])]
  }

  static func tensors(_ content: Content, _ identity: VectorsIdentity) -> [TensorDeclaration] {
    let (count, layers, d) = (content.used.count, identity.shape.layers.count, identity.shape.hiddenSize)
    var tensors = [
      TensorDeclaration(name: digestsName, elementType: .uint8, shape: [blocks(content, identity), digestLength])
    ]
    if count > 0 {
      tensors += [
        .init(name: "vectors", elementType: .float64, shape: [count, layers, d]),
        .init(name: "within_sum_of_squares", elementType: .float64, shape: [count, layers]),
      ]
    }
    if content.hasDefault { tensors.append(.init(name: "default", elementType: .float64, shape: [layers, d])) }
    if !content.nodes.isEmpty {
      tensors.append(.init(name: "answer_means", elementType: .float64, shape: [count, layers, d]))
      tensors += content.places.map {
        .init(name: name($0), elementType: .float64, shape: [layers, identity.questions?.count ?? 0, d])
      }
    }
    return tensors
  }
}

/// Writes the file of a part, block by block.
final class VectorsPartWriter {
  private let writer: SafetensorsWriter
  private let shapes: [String: [Int]]
  private let content: VectorsPart.Content
  private var digests: [String]

  /// Begins that of a part of `metadata` and `content`.
  init(_ file: OutputFile, _ metadata: PartMetadata<VectorsIdentity>, _ content: VectorsPart.Content) throws {
    let entries = try VectorsPart.entries(metadata, content)
    let tensors = VectorsPart.tensors(content, metadata.identity)
    writer = try SafetensorsWriter(file, tensors: tensors, metadata: entries)
    shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
    digests = [String](repeating: "", count: VectorsPart.blocks(content, metadata.identity))
    digests[0] = VectorsPart.digest(of: entries)
    self.content = content
  }

  private func write(_ lists: [[Double]], to pieces: [VectorsPart.Piece], block: Int) throws {
    for (list, piece) in zip(lists, pieces) {
      guard let shape = shapes[piece.tensor] else { preconditionFailure("no tensor \(piece.tensor)") }
      // Shape (a, b, …): the index (i, j) begins at (i · b + j) · ….
      let first = shape.enumerated().reduce(0) {
        $0 * $1.element + ($1.offset < piece.at.count ? piece.at[$1.offset] : 0)
      }
      try writer.write(list, to: piece.tensor, at: first)
    }
    digests[block] = VectorsPart.digest(of: lists)
  }

  /// Writes the mean of the role at `place` among those with a vector: `vector` (layers, d), and `squares` (layers).
  func write(vector: [Double], squares: [Double], role place: Int) throws {
    try write([vector, squares], to: VectorsPart.pieces(ofRole: place), block: VectorsPart.block(ofRole: place))
  }

  /// Writes the default's vector that lies beside the responses.
  func write(assistant vector: [Double]) throws {
    try write([vector], to: [.init(tensor: "default", at: [])], block: VectorsPart.defaultBlock(content))
  }

  /// Writes what was summed in the layer at `layer`.
  func write(_ sums: QuestionSums, layer: Int) throws {
    let block = VectorsPart.block(ofLayer: layer, content)
    try write(sums.means, to: sums.means.indices.map { .init(tensor: "answer_means", at: [$0, layer]) }, block: block)
    for (index, place) in content.places.enumerated() {
      guard let node = sums.tree.nodes[place] else { preconditionFailure("the nodes of all layers are the same") }
      try write([node.sums], to: [.init(tensor: VectorsPart.name(place), at: [layer])], block: block + 1 + index)
    }
  }

  /// Writes the digests, and ends.
  func finish() throws {
    try writer.writeBytes(digests.flatMap { Array($0.utf8) }, to: VectorsPart.digestsName)
    writer.checkComplete()
  }
}
