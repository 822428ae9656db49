#if MPI
  internal import Dumps
  internal import Files
  internal import FoundationEssentials
  internal import LinearAlgebra

  extension ResponseMeans {
    /// What the first process tells the others when all means are there.
    private struct Task: Codable {
      let records: [ResponseRecord]
      /// The questions whose effects are looked for; nil where none are.
      let questions: [Int]?
    }

    /// Averages as one process does, as the first of `group`: each averages a share of the roles, and keeps them beside the file
    /// `output`, which all must see.
    ///
    /// What all could find to be wrong, this one finds first, so that it is said once.
    func run(besides output: String, leading group: ProcessGroup) async throws -> AveragedResponses {
      let request = try await request()
      let parts = try PartsFolder(besides: output)
      try group.awaitFirst()
      let range = range(of: group, request)
      var records = try await records(of: Array(request.sources.all[range]), request, parts)
      for rank in 1..<group.count {
        let text = try group.receiveText(from: rank)
        let own = try JSONDecoder().decode([ResponseRecord].self, from: Data(text.utf8))
        try parts.requireWhole(own, of: rank)
        for record in own { records[record.role] = record }
      }
      try checkUnchanged(request.sources)
      let means = try await averaged(records, request, parts)
      let kept = try await keptAnswers(means, request)
      let layout = QuestionLayout(means, kept.map(\.tally), options)
      let isAdjusted = layout.table != nil
      let task = Task(
        records: request.sources.all.compactMap { records[$0.role] }, questions: isAdjusted ? layout.questions : nil)
      _ = try group.shared(try encodeJSON(task, pretty: false))
      guard isAdjusted else { return try await means.adjusted(by: layout, threads: options.threads) { _ in [] } }
      let answers = try QuestionAnswers(kept, layout.questions, in: range, means, request, options)
      let used = Set(means.used.map(\.role))
      return try await means.adjusted(by: layout, threads: options.threads) { places in
        var sums = try await answers.sums(places)
        for index in sums.indices {
          for rank in 1..<group.count {
            let theirs = self.range(of: group, rank: rank, request)
            let count = request.sources.all[theirs].count { used.contains($0.role) }
            try sums[index].receive(
              from: rank, of: group, elements: layout.questions.count * means.hiddenSize, roles: count,
              hiddenSize: means.hiddenSize)
          }
        }
        return sums
      }
    }

    /// What the others do: their shares of the roles.
    func serve(besides output: String, _ group: ProcessGroup) async throws {
      try group.awaitFirst()
      let request = try await request()
      let parts = try PartsFolder(besides: output, process: group.rank)
      let range = range(of: group, request)
      let own = try await records(of: Array(request.sources.all[range]), request, parts)
      try group.send(
        try encodeJSON(request.sources.all[range].compactMap { own[$0.role] }, pretty: false), to: 0)
      let task = try JSONDecoder().decode(Task.self, from: Data(try group.shared(nil).utf8))
      guard let questions = task.questions else { return }
      let records = Dictionary(task.records.map { ($0.role, $0) }) { first, _ in first }
      let means = try await averaged(records, request, parts)
      let kept = try await keptAnswers(means, in: range, request)
      let answers = try QuestionAnswers(kept, questions, in: range, means, request, options)
      for start in stride(from: 0, to: means.layers.count, by: options.threads) {
        let places = start..<min(start + options.threads, means.layers.count)
        for sums in try await answers.sums(places) { try sums.send(to: 0, of: group) }
      }
    }

    /// The places of the roles that the process of rank `rank`, or this one, averages.
    private func range(of group: ProcessGroup, rank: Int? = nil, _ request: Request) -> Range<Int> {
      WorkPart((rank ?? group.rank) + 1, of: group.count).range(ofSizes: request.sources.all.map(\.state.size))
    }
  }

  extension QuestionSums {
    /// Sends the nodes of the tree, and the means, to the process of rank `rank`.
    fileprivate func send(to rank: Int, of group: ProcessGroup) throws {
      try group.send([Double(tree.nodes.count)], to: rank)
      for (place, node) in tree.nodes.sorted(by: { $0.key < $1.key }) {
        try group.send([Double(place.level), Double(place.index), Double(node.rows)], to: rank)
        try group.send(node.sums, to: rank)
      }
      for mean in means { try group.send(mean, to: rank) }
    }

    /// Adds what the process of rank `rank` sends: nodes of so many `elements`, and the means of `roles` roles.
    fileprivate mutating func receive(
      from rank: Int, of group: ProcessGroup, elements: Int, roles: Int, hiddenSize: Int
    ) throws {
      let nodes = Int(try group.receive(1, from: rank)[0])
      for _ in 0..<nodes {
        let head = try group.receive(3, from: rank)
        let sums = try group.receive(elements, from: rank)
        tree.insert(
          ShardSums(rows: Int(head[2]), skipped: 0, sums: sums, squares: 0, products: []),
          at: .init(level: Int(head[0]), index: Int(head[1])))
      }
      for _ in 0..<roles { means.append(try group.receive(hiddenSize, from: rank)) }
    }
  }
#endif
