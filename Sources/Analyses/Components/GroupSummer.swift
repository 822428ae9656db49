#if MPI
  internal import Dumps
  internal import Files
  internal import LinearAlgebra

  /// Sums over all shards by the processes of a group: each does a range of them, and the first one adds up what comes of it, in the order
  /// of the tree, so that the bits are those of one process.
  struct GroupSummer: ShardSummer {
    let group: ProcessGroup
    let local: LocalSummer
    let readers: [RowReader]

    /// A task, as it is shared: the reader's place, or −1 at the end; the vectors that a subspace has, or 0; whether they are multiplied in
    /// single precision; the number of the pass.
    private struct Task {
      static let length = 4
      static let end = Task(reader: -1, vectors: 0, single: false, number: 0)
      let reader, vectors: Int
      let single: Bool
      let number: Int
      var values: [Double] { [Double(reader), Double(vectors), single ? 1 : 0, Double(number)] }

      init(reader: Int, vectors: Int, single: Bool, number: Int) {
        (self.reader, self.vectors, self.single, self.number) = (reader, vectors, single, number)
      }
      init(_ values: [Double]) {
        self.init(reader: Int(values[0]), vectors: Int(values[1]), single: values[2] == 1, number: Int(values[3]))
      }
      var key: String { vectors == 0 ? "covariance" : "pass-\(number)" }
    }

    func total(_ pass: ShardPass, key: String) async throws -> ShardSums {
      let place = readers.firstIndex { $0.layer == pass.reader.layer } ?? 0
      var (vectors, single) = (Matrix(rows: 0, columns: 0, elements: []), false)
      if case .subspace(let own, let isSingle) = pass.sums { (vectors, single) = (own, isSingle) }
      let task = Task(
        reader: place, vectors: vectors.rows, single: single, number: Int(key.split(separator: "-").last ?? "") ?? 0)
      _ = try group.shared(task.values, count: Task.length)
      _ = try group.shared(pass.shift, count: pass.shift.count)
      if vectors.rows > 0 { _ = try group.shared(vectors.elements, count: vectors.elements.count) }
      var tree = try await local.sum(shards(pass.plan), pass, key: key)
      for rank in 1..<group.count {
        let count = Int(try group.receive(1, from: rank)[0])
        for _ in 0..<count {
          let head = try group.receive(5, from: rank)
          let sums = try group.receive(pass.shift.count, from: rank)
          let products = try pass.lengths.map { try group.receive($0, from: rank) }
          tree.insert(
            ShardSums(rows: Int(head[2]), skipped: Int(head[3]), sums: sums, squares: head[4], products: products),
            at: .init(level: Int(head[0]), index: Int(head[1])))
        }
      }
      guard let root = tree.root else { preconditionFailure("the sums of all processes have a root") }
      return root
    }

    /// What a process does that does not lead: the tasks that come, until the end.
    func serve(options: ComponentsOptions) async throws {
      while true {
        let task = Task(try group.shared(nil, count: Task.length))
        if task.reader < 0 { return }
        let reader = readers[task.reader]
        let d = reader.source.hiddenSize
        let shift = try group.shared(nil, count: d)
        var sums = ShardPass.Sums.covariance
        if task.vectors > 0 {
          let elements = try group.shared(nil, count: task.vectors * d)
          sums = .subspace(Matrix(rows: task.vectors, columns: d, elements: elements), single: task.single)
        }
        let pass = ShardPass(
          sums: sums, reader: reader, plan: ShardPlan(rows: reader.source.count), shift: shift,
          threads: options.threads,
          progress: { _ in })
        let tree = try await local.sum(shards(pass.plan), pass, key: "layer-\(reader.layer)-\(task.key)")
        try group.send([Double(tree.nodes.count)], to: 0)
        for (place, node) in tree.nodes.sorted(by: { $0.key < $1.key }) {
          try group.send(
            [Double(place.level), Double(place.index), Double(node.rows), Double(node.skipped), node.squares], to: 0)
          for list in [node.sums] + node.products { try group.send(list, to: 0) }
        }
      }
    }

    /// Tells the others that there is nothing more to do.
    func finish() throws { _ = try group.shared(Task.end.values, count: Task.length) }

    /// The shards of this process.
    private func shards(_ plan: ShardPlan) -> [Int] {
      Array(WorkPart(group.rank + 1, of: group.count).range(of: plan.count))
    }
  }
#endif
