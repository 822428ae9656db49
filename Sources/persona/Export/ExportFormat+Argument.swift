public import Analyses
public import ArgumentParser

// A conformance is as public as its two sides, so both modules are imported publicly here.

extension ExportFormat: ExpressibleByArgument {}
