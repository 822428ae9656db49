internal import Statistics

/// A number by which two persona spaces are compared.
public struct ComparisonMeasure: Sendable, Equatable, Hashable {
  /// What is measured.
  public enum Kind: String, Sendable, CaseIterable {
    /// Spearman's rank correlation of the roles' axis positions.
    case positionSpearman = "position_spearman"
    /// The correlation over roles of their loadings, cos(role − mean, component), on the component of the same number.
    case loadingPearson = "loading_pearson"
    /// The same with the component of the other space that matches the one of this number: the assignment among the first five
    /// of each for which the sum of |correlation| is largest.
    case matchedLoadingPearson = "matched_loading_pearson"
    /// Linear centred kernel alignment (Kornblith et al., ICML 2019).
    case alignment = "cka"
    /// The same by estimates without bias of its three sums (Song et al., Journal of Machine Learning Research 13, 2012): of roles
    /// that have nothing in common it is about 0, however few they are.
    case debiasedAlignment = "cka_debiased"
    /// Representational similarity (Kriegeskorte et al., Frontiers in Systems Neuroscience 2, 2008): Spearman's rank correlation,
    /// over pairs of roles, of the cosine of their centred vectors.
    case similaritySpearman = "rsa_spearman"
    /// The cosine of the two axes.
    case axisCosine = "cos_axis"
    /// The cosine of a principal angle between the spans of the first five components, largest first (Björck & Golub, Mathematics of
    /// Computation 27, 1973).
    case principalCosine = "principal_cosine"
    /// The sum of the singular values of AᵀB over |A| |B|: the cosine of the two sets of centred roles after the best rotation.
    case procrustesCosine = "procrustes_cosine"
    /// |A Q − B| / |B| of the centred roles after the best orthogonal Q (Schönemann, Psychometrika 31, 1966).
    case procrustesResidual = "procrustes_residual"
    /// |A − B| / |B| of the centred roles as they are.
    case identityResidual = "identity_residual"
    /// How far the default moved along the axis of the first space, in lengths of it: positive beyond its Assistant end.
    case defaultShiftAlong = "default_shift_along"
    /// How far the default moved at right angles to that axis, in lengths of it.
    case defaultShiftOff = "default_shift_off_axis"
    /// How far the mean role moved along the axis of the first space, in lengths of it.
    case meanShiftAlong = "mean_shift_along"
    /// How far the mean role moved at right angles to that axis, in lengths of it.
    case meanShiftOff = "mean_shift_off_axis"
  }

  /// What is measured.
  public let kind: Kind
  /// Which component or angle, from 1; nil if there is one number.
  public let index: Int?

  /// Its name in tables.
  public var name: String { kind.rawValue + (index.map { "_\($0)" } ?? "") }

  /// Those that need no common dimensions, and with `sharedDimensions` all, in the order of tables.
  static func all(sharedDimensions: Bool) -> [ComparisonMeasure] {
    var measures: [ComparisonMeasure] = []
    for kind in Kind.allCases where sharedDimensions || !kind.needsSharedDimensions {
      if let count = kind.count {
        measures += (1...count).map { ComparisonMeasure(kind: kind, index: $0) }
      } else {
        measures.append(ComparisonMeasure(kind: kind, index: nil))
      }
    }
    return measures
  }
}

extension ComparisonMeasure.Kind {
  /// How many numbers there are of it; nil for one without a number in its name.
  var count: Int? {
    switch self {
    case .loadingPearson: 3
    case .matchedLoadingPearson, .principalCosine: ComparedSpace.matched
    default: nil
    }
  }

  /// Whether dimension j must be the same thing in both spaces, as in checkpoints of one model.
  public var needsSharedDimensions: Bool {
    switch self {
    case .positionSpearman, .loadingPearson, .matchedLoadingPearson, .alignment, .debiasedAlignment,
      .similaritySpearman:
      false
    default: true
    }
  }

  /// How its interval is found.
  enum IntervalKind {
    /// The basic interval.
    case basic
    /// The standard one less the bias: a component that wavers in a few samples has a long tail.
    case standard
    /// The standard one about the value, of what as many other roles would show: a rotation of many dimensions is fitted to few
    /// roles, and the spans of few components waver.
    case ofAsManyRoles
  }

  /// How its interval is found.
  var intervalKind: IntervalKind {
    switch self {
    case .principalCosine, .procrustesCosine, .procrustesResidual: .ofAsManyRoles
    case .loadingPearson, .matchedLoadingPearson: .standard
    default: .basic
    }
  }

  /// The scale on which its interval is found.
  var scale: Interval.Scale {
    switch self {
    case .procrustesResidual, .identityResidual, .defaultShiftAlong, .defaultShiftOff, .meanShiftAlong, .meanShiftOff:
      .plain
    default: .fisher
    }
  }

  /// Below this it cannot lie.
  var least: Double {
    switch self {
    case .defaultShiftAlong, .meanShiftAlong: -.infinity
    case .alignment, .principalCosine, .procrustesCosine, .procrustesResidual, .identityResidual, .defaultShiftOff,
      .meanShiftOff:
      0
    default: -1
    }
  }

  /// Above this it cannot lie.
  var most: Double { scale == .fisher ? 1 : .infinity }

  /// Which values are further from chance.
  enum Tail {
    /// Those of a larger magnitude.
    case both
    case high
    case low
  }

  /// Which values are further from chance.
  var tail: Tail {
    switch self {
    case .alignment, .debiasedAlignment, .similaritySpearman, .principalCosine, .procrustesCosine, .defaultShiftOff,
      .meanShiftOff:
      .high
    case .procrustesResidual, .identityResidual: .low
    default: .both
    }
  }
}
