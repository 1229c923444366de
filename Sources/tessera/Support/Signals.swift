import Glibc
import Pipelines
import Synchronization

/// Turns SIGINT and SIGTERM into a cancellation that finishes what it has begun.
///
/// The first signal asks; a second one ends the process as if it had never been caught.
enum Signals {
  /// The number of the signal that arrived, or 0.
  private static let received = Atomic<Int32>(0)

  /// Starts to listen.
  static func install() {
    // The handler may run between any two instructions: it only stores a number, and touching the
    // value here makes sure that it exists by then.
    received.store(0, ordering: .relaxed)
    var caught = sigset_t()
    sigemptyset(&caught)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&caught, number)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        Signals.received.store(number, ordering: .relaxed)
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
      sigaction(number, &action, nil)
    }
    // A parent that had them blocked hands that down.
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }

  /// The status to end with, if a signal has arrived.
  static var status: ExitStatus? {
    switch received.load(ordering: .relaxed) {
    case SIGINT: .interrupted
    case SIGTERM: .terminated
    default: nil
    }
  }
}
