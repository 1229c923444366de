/// Runs the named benchmark; `make bench` calls it beside the peers.
@main
struct Benchmarks {
  static func main() {
    print("usage: Benchmarks NAME")
  }
}
