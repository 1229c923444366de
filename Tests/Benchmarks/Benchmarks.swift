/// Runs the named benchmark; `make bench` calls it beside the peers.
@main
struct Benchmarks {
  static func main() throws {
    switch CommandLine.arguments.dropFirst().first {
    case "pictures": try PictureBenchmark.run(Array(CommandLine.arguments.dropFirst(2)))
    case "pipeline": try PipelineBench.run(Array(CommandLine.arguments.dropFirst(2)))
    case "picture-pixels": PicturePixels.run()
    case "network": try NetworkBench.run(Array(CommandLine.arguments.dropFirst(2)))
    case "flips": try FlipBench.run(Array(CommandLine.arguments.dropFirst(2)))
    case "compact": try CompactBench.run(Array(CommandLine.arguments.dropFirst(2)))
    case "token-file": try TokenFileBench.run(Array(CommandLine.arguments.dropFirst(2)))
    case "bpe": try BPEBenchmark.run(Array(CommandLine.arguments.dropFirst(2)))
    default: print("usage: Benchmarks NAME")
    }
  }
}
