// swift-tools-version: 6.2
// 6.2 is the lowest version with `.strictMemorySafety()`.
import PackageDescription

/// `scripts/check` turns warnings into errors; a user with a newer compiler must not be stopped by a new warning.
let strictness: [SwiftSetting] = Context.environment["PERSONA_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let house: [SwiftSetting] =
  strictness + [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]

let package = Package(
  name: "PersonaSpace",
  products: [
    .executable(name: "persona", targets: ["persona"]),
    .library(name: "Analyses", targets: ["Analyses"]),
    .library(name: "Dumps", targets: ["Dumps"]),
    .library(name: "PersonaSpace", targets: ["PersonaSpace"]),
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "TensorFiles", targets: ["TensorFiles"]),
    .library(name: "Files", targets: ["Files"]),
  ],
  traits: [
    .trait(
      name: "MPI",
      description:
        "Lets the processes of one MPI job divide persona components or vectors; wants libopenmpi-dev or libmpich-dev.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CMPI", pkgConfig: "mpi", providers: [.apt(["libopenmpi-dev"])]),
    .target(name: "CFileSync"),
    .target(name: "CMalloc"),
    .target(name: "CMoments"),
    .target(name: "Files", dependencies: ["CFileSync", "CLibcrypto", "CXXHash"], swiftSettings: house),
    .target(name: "TensorFiles", dependencies: ["CZlib", "Files"], swiftSettings: house),
    .target(name: "LinearAlgebra", dependencies: ["CMoments", "COpenBLAS"], swiftSettings: house),
    .target(name: "Statistics", dependencies: ["LinearAlgebra"], swiftSettings: house),
    .target(name: "PersonaSpace", dependencies: ["LinearAlgebra", "Statistics"], swiftSettings: house),
    .target(
      name: "Dumps", dependencies: ["Files", "LinearAlgebra", "PersonaSpace", "Statistics", "TensorFiles"],
      swiftSettings: house),
    .target(name: "Reports", resources: [.embedInCode("Page")], swiftSettings: house),
    .target(
      name: "Analyses",
      dependencies: [
        "Dumps", "Files", "LinearAlgebra", "PersonaSpace", "Reports", "Statistics", "TensorFiles",
        .target(name: "CMPI", condition: .when(traits: ["MPI"])),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "persona",
      dependencies: [
        "Analyses", "CMalloc", "Dumps", "Files", "LinearAlgebra", "PersonaSpace", "Statistics", "TensorFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .executableTarget(name: "measured-process", path: "Tests/MeasuredProcess", swiftSettings: house),
    .target(
      name: "TestSupport", dependencies: ["CZlib", "Files", "TensorFiles"], path: "Tests/TestSupport",
      swiftSettings: house),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TensorFiles", "TestSupport"], swiftSettings: house),
    .testTarget(name: "TensorFilesTests", dependencies: ["Files", "TensorFiles", "TestSupport"], swiftSettings: house),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "StatisticsTests", dependencies: ["LinearAlgebra", "Statistics", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "PersonaSpaceTests", dependencies: ["LinearAlgebra", "PersonaSpace", "Statistics", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "DumpsTests",
      dependencies: ["Dumps", "Files", "LinearAlgebra", "PersonaSpace", "TensorFiles", "TestSupport"],
      swiftSettings: house),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"], swiftSettings: house),
    .testTarget(
      name: "AnalysesTests",
      dependencies: [
        "Analyses", "Dumps", "Files", "LinearAlgebra", "PersonaSpace", "Statistics", "TensorFiles", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "PersonaCommandTests",
      dependencies: ["measured-process", "persona", "Analyses", "Dumps", "Files", "TensorFiles", "TestSupport"],
      swiftSettings: house),
  ]
)
