/// Runs the named benchmark; `make bench` calls it beside the peers.
@main
struct Benchmarks {
  static func main() {
    switch CommandLine.arguments.dropFirst().first {
    case "picture-pixels": PicturePixels.run()
    default: print("usage: Benchmarks NAME")
    }
  }
}
