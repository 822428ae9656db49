internal import LinearAlgebra
package import PersonaSpace
internal import Statistics

/// Which questions are resampled together: each by itself, or of many as many as there is memory for, parted by lot.
///
/// The error of a mean follows from any division of the questions into groups drawn at random (Wolter, Introduction to Variance
/// Estimation, chapter 2); with 32 groups its interval is 4 % longer than with ever so many.
package struct QuestionClusters: Sendable {
  /// The cluster of each question, by its number.
  package let clusters: [Int: Int]
  /// The number of clusters.
  package let count: Int
  /// The number of questions.
  package var questions: Int { clusters.count }

  /// More questions than these are taken several together.
  package static let most = 32
  /// The errors of so few questions would tell nothing.
  package static let least = 5

  /// Of `questions`, by their numbers; nil of fewer than `least`.
  package init?(_ questions: Set<Int>, seed: UInt64) {
    guard questions.count >= Self.least else { return nil }
    var order = questions.sorted()
    if order.count > Self.most {
      var generator = SeededGenerator(seed: seed, purpose: .questions, index: .max)
      order.shuffle(using: &generator)
    }
    count = min(order.count, Self.most)
    clusters = Dictionary(uniqueKeysWithValues: order.enumerated().map { [count] in ($1, $0 % count) })
  }

  /// Each of `questions` by itself, in their order.
  package init(each questions: [Int]) {
    clusters = Dictionary(uniqueKeysWithValues: questions.enumerated().map { ($1, $0) })
    count = questions.count
  }

  /// The cluster of a question.
  package subscript(question: Int) -> Int? { clusters[question] }
}

/// The answers of a role, or of the default, by cluster of questions; their elements stay on disk until they are summed.
package struct ClusteredResponses: Sendable {
  private let file: ResponseFile
  /// The answers of each cluster, in the order of the file.
  private let answers: [[ResponseFile.Response]]

  /// `responses` of `file`, whose keys all name a question that `clusters` has.
  ///
  /// - Throws: `FileError` if a zip archive contradicts itself.
  package init(_ responses: [ResponseFile.Response], of file: ResponseFile, _ clusters: QuestionClusters) throws {
    var answers = [[ResponseFile.Response]](repeating: [], count: clusters.count)
    for response in try file.placed(responses) {
      guard let cluster = ResponseKey(response.key).flatMap({ clusters[$0.question] }) else { continue }
      answers[cluster].append(response)
    }
    (self.file, self.answers) = (file, answers)
  }

  /// The clusters, by number.
  package var clusters: Range<Int> { answers.indices }

  /// How many answers there are to each question of a cluster.
  package func questions(ofCluster cluster: Int) -> [Int: Int] {
    answers[cluster].reduce(into: [:]) { counts, response in
      if let key = ResponseKey(response.key) { counts[key.question, default: 0] += 1 }
    }
  }

  /// The means of each cluster in each of the layer rows `rows` of the file.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func means(_ rows: Range<Int>) throws -> [QuestionErrors.Answers] {
    let (d, reader) = (file.hiddenSize, SliceReader(file, rows))
    var elements = [[Double]](repeating: [Double](repeating: 0, count: answers.count * d), count: rows.count)
    for (cluster, responses) in answers.enumerated() where !responses.isEmpty {
      var moments = ColumnMoments(parts: rows.count, width: d, encoding: reader.encoding)
      try reader.forEachGroup(of: responses, ahead: nil) { _, group, bytes in moments.add(bytes, rows: group.count) }
      let means = moments.means
      for row in rows.indices {
        let place = row - rows.lowerBound
        elements[place].replaceSubrange(cluster * d..<(cluster + 1) * d, with: means[place * d..<(place + 1) * d])
      }
    }
    let counts = answers.map { Double($0.count) }
    return elements.map {
      QuestionErrors.Answers(counts: counts, means: Matrix(rows: answers.count, columns: d, elements: $0))
    }
  }
}
