internal import Dumps

/// What became of the responses of a role.
public struct ResponseCounts: Sendable, Codable, Equatable {
  /// Responses in the file.
  public var responses = 0
  /// Those averaged.
  public var kept = 0
  /// Those of another score than is kept.
  public var rejected = 0
  /// Those without a score, where others have one.
  public var unscored = 0
  /// Those to questions that other roles have no response left of (`--match-questions`).
  public var unmatched = 0
  /// Those with NaN or infinite values.
  public var nonFinite = 0
  /// What is in the file and no response.
  public var strays = 0
}

/// The record of a role that is done.
public struct ResponseRecord: Sendable, Codable, Equatable {
  /// The role.
  public let role: String
  /// Its file, relative to the dump.
  public let path: String
  /// What became of its responses.
  public let counts: ResponseCounts
  /// Whether enough were left.
  public internal(set) var isUsed: Bool
  /// The digest of the responses averaged: their keys, type, shape and elements in the layers wanted; empty if none was.
  public let xxh3: String
  let state: FileState
  let scoresState: FileState?
  /// The digest of the part with its mean; empty if none was.
  let part: String
}
