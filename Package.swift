// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Every file of every target sees `Text`, so that texts are compared by their bytes wherever they are.
let exactTexts = settings + [.unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "Text"])]

/// A library target of the house; the tests of `Name` live in `Tests/NameTests`.
func library(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(
    name: name, dependencies: (["Text"] + dependencies).map { .byName(name: $0) }, path: "Sources/\(name)",
    swiftSettings: exactTexts)
}

func tests(_ name: String, _ dependencies: [String] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: (["Text", name, "Support"] + dependencies).map { .byName(name: $0) },
    path: "Tests/\(name)Tests", exclude: exclude, swiftSettings: exactTexts)
}

// The order below is the direction of the dependencies: a target sees only targets above it.
let package = Package(
  name: "reprise",
  products: [.executable(name: "reprise", targets: ["reprise"])],
  targets: [
    .systemLibrary(name: "CLibraries", path: "Sources/CLibraries"),
    .target(name: "Text", path: "Sources/Text", swiftSettings: settings),
    library("Platform", ["CLibraries"]),

    // The handbook's pages, compiled in with C's #embed; `Manual` is their Swift face.
    .target(name: "CHandbook", path: "Sources/Handbook"),
    library("Manual", ["CHandbook", "Platform"]),

    library("Domain"),
    library("Templates", ["Domain"]),
    library("Decisioning", ["Domain", "Templates"]),
    library("Simulation", ["Domain", "Templates", "Decisioning"]),
    library("Operations", ["Domain", "Decisioning"]),

    library("Configuration", ["Platform", "Domain", "Templates", "Decisioning"]),
    library("Store", ["Platform", "Domain"]),
    // Sees Configuration for the description of its settings: an adapter is one folder, settings included.
    library("Delivery", ["Platform", "Domain", "Templates", "Decisioning", "Configuration"]),
    library("Analytics", ["Domain"]),
    library("Web", ["Platform", "Domain"]),
    // Sees Configuration for the description of a source.
    library("Import", ["Platform", "Domain", "Operations", "Configuration", "Store"]),
    library(
      "Service",
      [
        "Platform", "Domain", "Templates", "Decisioning", "Operations", "Configuration", "Store",
        "Delivery", "Analytics", "Import", "Web",
      ]),
    .executableTarget(
      name: "reprise",
      dependencies: [
        "Text", "Manual", "Service", "Platform", "Domain", "Templates", "Decisioning", "Operations",
        "Configuration", "Store", "Delivery", "Import", "Web",
      ],
      path: "Sources/reprise", swiftSettings: exactTexts),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CLibraries", "Text", "Service", "Platform", "Domain", "Templates", "Decisioning", "Configuration",
        "Store",
        "Delivery", "Import", "Web",
      ],
      path: "Sources/Benchmarks", swiftSettings: exactTexts),

    .target(
      name: "Support",
      dependencies: ["Text", "Platform", "Domain", "Templates", "Decisioning", "Simulation", "Delivery"],
      path: "Tests/Support",
      swiftSettings: exactTexts),
    .target(
      name: "ImportSupport", dependencies: ["Text", "Platform", "Domain", "Store", "Import"],
      path: "Tests/ImportSupport", swiftSettings: exactTexts),
    .testTarget(
      name: "TextTests", dependencies: ["Text", "Support"], path: "Tests/TextTests", swiftSettings: exactTexts
    ),
    tests("Platform"),
    tests("Manual", ["Platform"]),
    tests("Domain"),
    tests("Templates", ["Domain", "Platform"]),
    tests("Decisioning", ["Domain", "Templates", "Simulation"]),
    tests("Simulation", ["Domain", "Templates", "Decisioning"]),
    tests("Operations", ["Domain", "Decisioning"]),
    tests("Configuration", ["Domain", "Decisioning", "Platform", "Templates", "Delivery"]),
    // Sees Decisioning for the gates that a claim asks.
    tests("Store", ["Platform", "Domain", "Templates", "Decisioning"]),
    // Sees Service for the outbox of the store, which is held to the same suite as the one of its tests.
    tests(
      "Delivery", ["Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store", "Service"]),
    tests("Analytics", ["Domain"]),
    tests("Web", ["Platform", "Domain"]),
    tests(
      "Import", ["Platform", "Domain", "Operations", "Configuration", "Store", "ImportSupport"],
      exclude: ["Exports"]),
    // Sees the program for the terminal's texts: some of what Service does is told from what people read.
    tests(
      "Service",
      [
        "Platform", "Domain", "Templates", "Decisioning", "Simulation", "Operations", "Configuration",
        "Store",
        "Delivery", "Import", "ImportSupport", "Web", "reprise",
      ]),
    .testTarget(
      name: "RepriseTests",
      dependencies: ["Text", "reprise", "Support", "Platform", "Domain", "Operations", "Import", "Service"],
      path: "Tests/RepriseTests", swiftSettings: exactTexts),
    .testTarget(
      name: "BenchmarksTests", dependencies: ["Text", "benchmarks", "Support", "Platform", "Store"],
      path: "Tests/BenchmarksTests", swiftSettings: exactTexts),
    .testTarget(
      name: "AcceptanceTests", dependencies: ["Text", "Support", "Platform", "Domain"],
      path: "Tests/Acceptance", exclude: ["comparisons.sh", "machine.sh", "shop.py"],
      swiftSettings: exactTexts),
  ]
)
