public import Analyses
public import ArgumentParser

// A conformance is as public as its two sides, so both modules are imported publicly here.

extension LayerMap: ExpressibleByArgument {
  /// The map an argument names.
  public init?(argument: String) { self.init(argument) }

  /// How the default is shown in the help.
  public var defaultValueDescription: String { "auto" }
}
