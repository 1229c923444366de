// swift-tools-version: 6.2
import PackageDescription

let common: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// For the few targets that touch raw memory: every unsafe expression must be marked and argued.
let memory =
  common + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

/// A library target that is also a product of its own.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = common
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: common)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let libraries = [
  "ByteCoding", "Tokens", "RasterImages", "TensorKernels", "BytePairEncoding", "Checkpoints",
  "Corpora",
  "ImageFiles", "ImageCodecs", "ImageMetrics", "Reports", "TokenFiles", "TokenBridges",
  "Datasets", "Pipelines",
  "SentencePieces", "UnifiedTokenizer",
]

let package = Package(
  name: "tessera",
  products: libraries.map { .library(name: $0, targets: [$0]) } + [
    .executable(name: "tessera", targets: ["tessera"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // System libraries, one each.
    system("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
    system("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev"),
    system("CWebP", pkgConfig: "libwebp", apt: "libwebp-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),

    system(
      "CSentencePieceSystem", pkgConfig: "sentencepiece", apt: "libsentencepiece-dev"),

    // C of our own: kernels once per instruction set, and the embedded default codec.
    .target(name: "CTensorKernels"),
    .target(name: "CDefaultCodec", exclude: ["model.safetensors"]),
    .target(name: "CByteCoding"),
    .target(name: "CTokenCoding"),
    .target(name: "CSentencePiece", dependencies: ["CSentencePieceSystem"]),
    .target(name: "CICEVocabulary", exclude: ["tessera-ice-16k.model.zst"]),
    .target(name: "CImageShims", dependencies: ["CPNG"]),
    .target(name: "CResizeKernels"),
    .target(name: "CBytePairEncoding"),

    library("ByteCoding", ["CByteCoding", "CZlib", "CCrypto"], settings: memory),
    library("Tokens"),
    library("RasterImages", ["CResizeKernels"], settings: memory),
    library("TensorKernels", ["CTensorKernels"], settings: memory),
    library("Corpora", ["CZlib", "CZstd"], settings: memory),
    library("BytePairEncoding", ["Corpora", "Tokens", "CBytePairEncoding"], settings: memory),
    library("SentencePieces", ["Tokens", "CSentencePiece"], settings: memory),
    library("Checkpoints", ["ByteCoding"], settings: memory),
    library(
      "ImageFiles", ["RasterImages", "CImageShims", "CTurboJPEG", "CWebP"], settings: memory),
    library(
      "ImageCodecs",
      ["ByteCoding", "Tokens", "RasterImages", "TensorKernels", "Checkpoints", "CDefaultCodec"]),
    library("ImageMetrics", ["RasterImages", "Tokens"]),
    library("Reports", ["ByteCoding", "Tokens", "RasterImages", "ImageFiles", "ImageMetrics"]),
    library(
      "TokenFiles", ["ByteCoding", "Tokens", "CTokenCoding", "CZlib", "CZstd"], settings: memory),
    library(
      "TokenBridges", ["ByteCoding", "Tokens", "TokenFiles", "CArchive"], settings: memory),
    library(
      "UnifiedTokenizer",
      ["SentencePieces", "Tokens", "RasterImages", "ImageCodecs", "CICEVocabulary", "CZstd"],
      settings: memory),
    library("Datasets", ["CArchive"], settings: memory),
    library(
      "Pipelines",
      [
        "ByteCoding", "Tokens", "RasterImages", "ImageFiles", "ImageCodecs", "ImageMetrics",
        "Reports", "TokenFiles", "Datasets", "TensorKernels", "BytePairEncoding", "Corpora",
        "SentencePieces", "UnifiedTokenizer",
      ]),
    .executableTarget(
      name: "tessera",
      dependencies: [
        "ByteCoding", "Tokens", "RasterImages", "ImageFiles", "ImageCodecs", "ImageMetrics",
        "Reports", "TokenFiles", "TokenBridges", "Datasets", "Pipelines", "BytePairEncoding",
        "Corpora",
        "TensorKernels",
        "Checkpoints",
        "SentencePieces", "UnifiedTokenizer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"], swiftSettings: common),

    // Tests mirror the sources.
    .target(
      name: "TestSupport", dependencies: ["Tokens", "RasterImages"], path: "Tests/TestSupport",
      swiftSettings: common),
    tests("ByteCoding", ["ByteCoding"]),
    tests("Tokens", ["Tokens"]),
    tests("RasterImages", ["RasterImages", "ByteCoding", "CResizeKernels", "ImageFiles"]),
    tests("TensorKernels", ["TensorKernels"]),
    tests("Corpora", ["Corpora", "CZlib", "CZstd"]),
    tests("BytePairEncoding", ["BytePairEncoding", "Corpora", "Tokens"]),
    tests("SentencePieces", ["SentencePieces", "Tokens"]),
    tests(
      "UnifiedTokenizer",
      [
        "UnifiedTokenizer", "SentencePieces", "Tokens", "RasterImages", "ImageCodecs",
        "Checkpoints",
      ]),
    tests("Checkpoints", ["Checkpoints", "ByteCoding"]),
    tests("ImageFiles", ["ImageFiles", "RasterImages", "ByteCoding"]),
    tests(
      "ImageCodecs", ["ImageCodecs", "Checkpoints", "Tokens", "RasterImages", "TensorKernels"]),
    tests("ImageMetrics", ["ImageMetrics", "RasterImages", "Tokens"]),
    tests(
      "Reports", ["Reports", "ByteCoding", "ImageMetrics", "ImageFiles", "RasterImages", "Tokens"]),
    tests("TokenFiles", ["TokenFiles", "ByteCoding", "Tokens"]),
    tests(
      "TokenBridges", ["TokenBridges", "TokenFiles", "ByteCoding", "Tokens", "CArchive"]),
    tests("Datasets", ["Datasets", "ImageFiles", "RasterImages"]),
    tests(
      "Pipelines",
      [
        "Pipelines", "Datasets", "TokenFiles", "ImageCodecs", "ImageFiles", "ImageMetrics",
        "RasterImages", "Reports", "Tokens", "BytePairEncoding", "Corpora", "SentencePieces",
        "UnifiedTokenizer",
      ]
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "tessera", "TokenFiles", "Tokens", "ImageFiles", "RasterImages", "UnifiedTokenizer",
        "TestSupport",
      ],
      swiftSettings: common),
    .executableTarget(
      name: "TokenFileCampaign", dependencies: ["TokenFiles", "Tokens", "TestSupport"],
      path: "Tests/Campaigns/TokenFiles", exclude: ["kill.py", "disk_full.py", "numpy_reader.py"],
      swiftSettings: common),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "BytePairEncoding", "TensorKernels", "ImageCodecs", "TokenFiles", "RasterImages", "Tokens",
        "ImageFiles", "TestSupport", "ByteCoding", "Datasets", "Pipelines",
      ],
      path: "Tests/Benchmarks",
      exclude: [
        "bench_bpe.py", "bench_codecs.py", "bench_codecs.sh", "bench_ice.py", "bench_pictures.py",
        "check_bpe_peers.py", "compare_pictures.py", "make_text_corpora.py", "token_sizes.py",
      ],
      swiftSettings: common),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x,
  cxxLanguageStandard: .cxx17
)
